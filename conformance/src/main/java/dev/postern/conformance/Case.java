package dev.postern.conformance;

import dev.postern.stun.TransportProtocol;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * One numbered case: what an RFC wants of a server, the sentence that says so, and how to see it. Immutable; the package says how to
 * write one.
 */
public final class Case {

    private final int number;
    private final String part;
    private final Rfc rfc;
    private final String section;
    private final Level level;
    private final String title;
    private final String quote;
    private final String note;
    private final boolean slow;
    private final Setup setup;
    private final Set<TransportProtocol> transports;
    private final Set<Need> needs;
    private final CaseBody body;

    private Case(Draft draft, CaseBody body) {
        this.number = draft.number;
        this.part = draft.part;
        this.rfc = draft.rfc;
        this.section = draft.section;
        this.level = draft.level;
        this.title = draft.title;
        this.quote = draft.quote;
        this.note = draft.note;
        this.slow = draft.slow;
        this.setup = draft.setup;
        this.transports = Set.copyOf(draft.transports);
        this.needs = Set.copyOf(draft.needs);
        this.body = body;
    }

    /** A case of RFC 8489; the section is written {@code 6.3.1}. */
    public static Draft rfc8489(int number, String section) {
        return new Draft(number, Rfc.RFC_8489, section);
    }

    /** A case of RFC 8656; a step of a list is written {@code 7.2 (6)}. */
    public static Draft rfc8656(int number, String section) {
        return new Draft(number, Rfc.RFC_8656, section);
    }

    /** A case of another RFC. */
    public static Draft of(int number, Rfc rfc, String section) {
        return new Draft(number, rfc, section);
    }

    /** What a case is before it has a body; every method returns the draft. */
    public static final class Draft {

        private final int number;
        private final Rfc rfc;
        private final String section;
        private final Set<Need> needs = EnumSet.noneOf(Need.class);
        private Set<TransportProtocol> transports =
                EnumSet.of(TransportProtocol.UDP, TransportProtocol.TCP, TransportProtocol.TLS);
        private String part = "";
        private Level level = Level.MUST;
        private String title = "";
        private String quote = "";
        private String note = "";
        private boolean slow;
        private Setup setup = Setup.EVERYTHING_ON;

        private Draft(int number, Rfc rfc, String section) {
            this.number = number;
            this.rfc = rfc;
            this.section = section;
        }

        /** A letter, where one number has several cases that fail for different reasons. */
        public Draft part(char letter) {
            part = String.valueOf(letter);
            return this;
        }

        /** What the server must do: a sentence about the server, without a full stop. */
        public Draft must(String sentence) {
            level = Level.MUST;
            title = sentence;
            return this;
        }

        /** What the server should do: a sentence about the server, without a full stop. */
        public Draft should(String sentence) {
            level = Level.SHOULD;
            title = sentence;
            return this;
        }

        /** The RFC's own sentence, short. */
        public Draft quote(String words) {
            quote = words;
            return this;
        }

        /** Where the RFC leaves room, or says other than the list of cases: one or two sentences. */
        public Draft note(String sentences) {
            note = sentences;
            return this;
        }

        /** Waits for 30 s or longer: over sockets only when asked for. */
        public Draft slow() {
            slow = true;
            return this;
        }

        /** Not with everything on, but with the server set up so. */
        public Draft on(Setup value) {
            setup = value;
            return this;
        }

        /** Over these transports alone; a case runs over each that the run has. */
        public Draft over(TransportProtocol first, TransportProtocol... more) {
            transports = EnumSet.of(first, more);
            return this;
        }

        /** What the run must have. A case that authenticates names {@link Need#CREDENTIALS} too. */
        public Draft needs(Need first, Need... more) {
            needs.addAll(EnumSet.of(first, more));
            return this;
        }

        /** The finished case. */
        public Case run(CaseBody body) {
            if (title.isEmpty() || quote.isEmpty()) {
                throw new IllegalStateException("case " + number + " has no title or no quotation");
            }
            return new Case(this, body);
        }
    }

    /** The number in the list of cases, from 1. */
    public int number() {
        return number;
    }

    public Rfc rfc() {
        return rfc;
    }

    /** The section, with the step of its list in parentheses where it has one. */
    public String section() {
        return section;
    }

    /** The section without its step: what scores are counted by. */
    public String plainSection() {
        int space = section.indexOf(' ');
        return space < 0 ? section : section.substring(0, space);
    }

    public Level level() {
        return level;
    }

    public String title() {
        return title;
    }

    /** The RFC's own words. */
    public String quote() {
        return quote;
    }

    /** What is to be said about the reading of the RFC; may be empty. */
    public String note() {
        return note;
    }

    /** Whether it waits for 30 s or longer. */
    public boolean slow() {
        return slow;
    }

    public Setup setup() {
        return setup;
    }

    /** The transports that it makes sense over. */
    public Set<TransportProtocol> transports() {
        return transports;
    }

    public Set<Need> needs() {
        return needs;
    }

    CaseBody body() {
        return body;
    }

    /** The name in tests and reports, such as {@code rfc8656_054} or {@code rfc8489_007b}. */
    public String id() {
        return String.format(Locale.ROOT, "rfc%d_%03d%s", rfc.number(), number, part);
    }

    @Override
    public String toString() {
        return id() + " " + title;
    }
}
