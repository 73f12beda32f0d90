package dev.postern.natsim.tester;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of TCP connections to some ports of the server.
 *
 * @param ports by port, in rising order
 */
public record TcpReach(Map<Integer, Answer> ports) {

    private static final int HTTPS = 443;

    /** What a port does. */
    public enum Answer {
        /** It accepts, and answers STUN. */
        STUN("STUN answers at"),
        /** It accepts. */
        OPEN("open"),
        /** It refuses, or somebody on the way does. */
        REFUSED("refused"),
        /** Nothing answers. */
        SILENT("silent"),
        /** Too much is lost to tell. */
        UNKNOWN("not known");

        private final String words;

        Answer(String words) {
            this.words = words;
        }

        /** Whether a connection was open. */
        boolean passes() {
            return this == STUN || this == OPEN;
        }
    }

    public TcpReach {
        ports = Collections.unmodifiableMap(new TreeMap<>(ports));
    }

    /** The ports to which connections open. */
    public List<Integer> passing() {
        return ports.entrySet().stream()
                .filter(port -> port.getValue().passes())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether port 443 alone passes, of several. */
    public boolean isOnly443() {
        return passing().equals(List.of(HTTPS)) && ports.size() > 1;
    }

    /** Such as {@code STUN answers at 443; silent 80, 3478, 5349}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        for (Answer answer : Answer.values()) {
            String those = ports.entrySet().stream()
                    .filter(port -> port.getValue() == answer)
                    .map(port -> port.getKey().toString())
                    .collect(Collectors.joining(", "));
            if (!those.isEmpty()) {
                parts.add(answer.words + " " + those);
            }
        }
        return String.join("; ", parts);
    }
}
