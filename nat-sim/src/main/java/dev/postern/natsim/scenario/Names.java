package dev.postern.natsim.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which names a file gives, and whether those that it uses are among them. */
final class Names {

    /** What a name can stand for. */
    enum What {
        NETWORK("network"),
        HOST("host"),
        SERVER("server"),
        PACKET("packet");

        private final String word;

        What(String word) {
            this.word = word;
        }
    }

    private final Mistakes mistakes;
    private final Map<String, What> given = new LinkedHashMap<>();
    private final Set<String> packets = new LinkedHashSet<>();

    Names(Mistakes mistakes) {
        this.mistakes = mistakes;
        given.put(Scenario.INTERNET, What.NETWORK);
    }

    /** Notes a name that the file gives; two things of one name are a mistake. Packets have names of their own. */
    void give(What what, String name, int line) {
        if (what == What.PACKET) {
            if (!packets.add(name)) {
                mistakes.add(line, "two packets are called " + name + "; give each a name of its own.");
            }
            return;
        }
        What other = given.putIfAbsent(name, what);
        if (other != null) {
            mistakes.add(
                    line,
                    name + " is also the name of a " + other.word
                            + "; give each network, host and server a name of its own.");
        }
    }

    /** Whether something of one of the kinds has the name; a sentence if not. */
    boolean check(String key, String name, int line, What... kinds) {
        List<String> known = new ArrayList<>();
        for (What kind : kinds) {
            if (kind == What.PACKET) {
                known.addAll(packets);
            }
            given.forEach((one, what) -> {
                if (what == kind) {
                    known.add(one);
                }
            });
        }
        if (known.contains(name)) {
            return true;
        }
        StringBuilder words = new StringBuilder(kinds[0].word);
        for (int i = 1; i < kinds.length; i++) {
            words.append(i == kinds.length - 1 ? " or " : ", ").append(kinds[i].word);
        }
        mistakes.add(
                line,
                key + " is " + Mistakes.quoted(name) + ", but no " + words + " has that name; "
                        + Nearest.advice(name, known));
        return false;
    }
}
