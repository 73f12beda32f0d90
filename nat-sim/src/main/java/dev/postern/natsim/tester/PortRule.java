package dev.postern.natsim.tester;

/**
 * Which external ports a NAT picks.
 *
 * @param kind the rule
 * @param step what the next port is further by, for {@link Kind#SEQUENTIAL}; otherwise 0
 */
public record PortRule(Kind kind, int step) {

    /** The rules that can be told apart from outside. */
    public enum Kind {
        /** The port of the inside socket where it is free. */
        PRESERVED,
        /** The last one and a fixed step. */
        SEQUENTIAL,
        /** No rule is seen. */
        RANDOM
    }

    @Override
    public String toString() {
        return switch (kind) {
            case PRESERVED -> "the socket's own port";
            case SEQUENTIAL -> "the next port, in steps of " + step;
            case RANDOM -> "no rule seen: random";
        };
    }
}
