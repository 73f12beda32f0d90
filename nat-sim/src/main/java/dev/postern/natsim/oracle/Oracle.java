package dev.postern.natsim.oracle;

import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Pooling;
import dev.postern.natsim.oracle.Endpoint.Agent;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Whose checks are on their way first. It matters to NATs that hold uninvited packets against their senders. */
    public enum Order {
        /** Those of A have arrived before B begins. */
        A_FIRST,
        /** Those of B have arrived before A begins. */
        B_FIRST,
        /** Both begin before anything arrives. */
        TOGETHER
    }

    /**
     * The outcome for two agents anywhere, the checks of A coming first: see {@link #predict(Placement, Order)}. Where the
     * order matters, ask {@link #allowed}.
     */
    public static Outcome predict(Placement placement) {
        return predict(placement, Order.A_FIRST);
    }

    /**
     * The outcome for two agents anywhere: NATs in chains, shared, hairpinning or not. Where each agent is behind one chain of
     * its own in which no NAT maps per address (ADM), and none has quirks, this is what {@link #predict(Reach, Reach, Turn)}
     * says of {@link Reach#of(java.util.List)}. A NAT with arbitrary pooling is taken to give each mapping another address.
     */
    public static Outcome predict(Placement placement, Order order) {
        Checks checks = new Checks(placement);
        if (checks.succeed(order)) {
            return Outcome.DIRECT;
        }
        boolean a = checks.hasServer(Agent.A);
        boolean b = checks.hasServer(Agent.B);
        boolean relay = switch (placement.turn()) {
            case NONE -> false;
            case UDP -> a && b;
            case UDP_AND_TCP -> (a || passesTcp(placement.wayOfA())) && (b || passesTcp(placement.wayOfB()));
        };
        return relay ? Outcome.RELAY : Outcome.NONE;
    }

    /**
     * Every outcome that is right: more than one where it depends on whose checks come first, or on which addresses a NAT with
     * arbitrary pooling happens to give.
     */
    public static Set<Outcome> allowed(Placement placement) {
        Set<Outcome> outcomes = EnumSet.copyOf(inAnyOrder(placement));
        if (way(placement).anyMatch(nat -> nat.pooling() == Pooling.ARBITRARY)) {
            outcomes.addAll(inAnyOrder(placement.with(Oracle::paired)));
        }
        return Set.copyOf(outcomes);
    }

    private static Set<Outcome> inAnyOrder(Placement placement) {
        boolean orderly = way(placement)
                .map(NatBehaviour::quirks)
                .noneMatch(quirks -> quirks.openInput() || !quirks.blacklist().isZero());
        return (orderly ? Stream.of(Order.A_FIRST) : Stream.of(Order.values()))
                .map(order -> predict(placement, order))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<NatBehaviour> way(Placement placement) {
        return Stream.concat(placement.wayOfA().stream(), placement.wayOfB().stream());
    }

    /** All mappings of an arbitrary pool may by chance have one address; then they are as those of a NAT that has but one. */
    private static NatBehaviour paired(NatBehaviour nat) {
        return nat.toBuilder().pooling(Pooling.PAIRED).build();
    }

    private static boolean passesTcp(List<NatBehaviour> way) {
        return way.stream().noneMatch(nat -> nat.blocked().contains(IpProtocol.TCP));
    }

    private static boolean hasRelay(Reach agent, Turn turn) {
        return switch (turn) {
            case NONE -> false;
            case UDP -> agent.udp();
            case UDP_AND_TCP -> true;
        };
    }
}
