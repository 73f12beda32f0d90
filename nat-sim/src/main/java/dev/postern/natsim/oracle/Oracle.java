package dev.postern.natsim.oracle;

/**
 * Predicts how two ICE agents connect from their NATs alone. It knows nothing of time, loss or a NAT that both are
 * behind; it agrees with what browsers were measured to do.
 *
 * <p>A direct path needs one of the two to reach the other's candidate. That the peer has sent a check the other way,
 * and so opened its filter, is ICE's doing; whether the filter then passes depends on whether the check arrives from where
 * the peer had sent to. A NAT that maps per destination answers from a port that the check was not sent to, which RFC
 * 8445 section 7.2.5.2.1 makes a failure: so an agent behind one is not reached, whatever its filter.
 */
public final class Oracle {

    /** Which paths to a TURN server the agents have to offer. */
    public enum Turn {
        /** No TURN server. */
        NONE,
        /** A TURN server that is spoken to over UDP alone, as ice4j's client does. */
        UDP,
        /** A TURN server that is also spoken to over TCP, as browsers do. */
        UDP_AND_TCP
    }

    private Oracle() {}

    /** The outcome for two agents with these reaches; the same in either order. */
    public static Outcome predict(Reach a, Reach b, Turn turn) {
        if (a.reaches(b) || b.reaches(a)) {
            return Outcome.DIRECT;
        }
        return hasRelay(a, turn) && hasRelay(b, turn) ? Outcome.RELAY : Outcome.NONE;
    }

    private static boolean hasRelay(Reach agent, Turn turn) {
        return switch (turn) {
            case NONE -> false;
            case UDP -> agent.udp();
            case UDP_AND_TCP -> true;
        };
    }
}
