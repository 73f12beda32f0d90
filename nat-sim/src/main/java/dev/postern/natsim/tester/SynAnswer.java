package dev.postern.natsim.tester;

import java.time.Duration;

/**
 * What a stranger's SYN gets as an answer that a NAT does not let in.
 *
 * @param after how long after the SYN it came, as seen at its sender; zero with {@link Kind#NONE}
 */
public record SynAnswer(Kind kind, Duration after) {

    private static final double MILLIS_PER_SECOND = 1000;

    /** The ways to answer, or not to. */
    public enum Kind {
        /** None. */
        NONE("none"),
        RST("RST"),
        /** An ICMP error. */
        ICMP("ICMP error");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    static final SynAnswer NONE = new SynAnswer(Kind.NONE, Duration.ZERO);

    /** Such as {@code ICMP error after 6.0 s}. */
    @Override
    public String toString() {
        return kind == Kind.NONE
                ? kind.words
                : String.format("%s after %.1f s", kind.words, after.toMillis() / MILLIS_PER_SECOND);
    }
}
