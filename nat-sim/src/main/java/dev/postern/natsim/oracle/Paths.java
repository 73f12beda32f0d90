package dev.postern.natsim.oracle;

import dev.postern.natsim.Hairpin;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.oracle.Endpoint.Agent;
import dev.postern.natsim.oracle.Endpoint.Inside;
import dev.postern.natsim.oracle.Endpoint.Mapped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways of packets through a placement, each packet for itself: what it is translated to, and whether it comes in, given
 * all that was ever sent before. A zone is named by the gateway that leads out of it; null is the internet.
 */
final class Paths {

    /** A place where packets end: an agent, or the server if there is none. */
    record Arrival(@Nullable Agent agent, Endpoint source) {}

    /** The owner of an address as seen from a zone: behind this gateway, or in the zone itself if null. */
    private record Member(@Nullable Gateway behind) {}

    private final @Nullable Gateway meeting;
    private final @Nullable Gateway homeOfA;
    private final @Nullable Gateway homeOfB;
    private final boolean isolated;
    private final boolean bAtServer;
    private boolean news;

    Paths(Placement placement) {
        this.meeting = gateways(placement.shared(), null);
        this.homeOfA = gateways(placement.a(), meeting);
        this.homeOfB = gateways(placement.b(), meeting);
        this.isolated = placement.isolated();
        this.bAtServer = placement.bAtServer();
    }

    /** The innermost of some NATs, which stand in front of {@code outer}. */
    private static @Nullable Gateway gateways(List<NatBehaviour> fromInside, @Nullable Gateway outer) {
        Gateway innermost = outer;
        List<NatBehaviour> fromOutside = new ArrayList<>(fromInside);
        Collections.reverse(fromOutside);
        for (NatBehaviour behaviour : fromOutside) {
            innermost = new Gateway(behaviour, innermost);
        }
        return innermost;
    }

    Endpoint inside(Agent agent) {
        return new Inside(agent, agent == Agent.B && bAtServer);
    }

    /** Whether a NAT has seen something new since this was last asked. */
    boolean takeNews() {
        boolean was = news;
        news = false;
        return was;
    }

    /** Where a packet of an agent arrives, and from whom it seems to come; null if it does not. */
    @Nullable
    Arrival send(Agent from, Endpoint destination) {
        return send(from, destination, true);
    }

    /** A packet that leaves, and has not yet come in anywhere when others leave. */
    void leave(Agent from, Endpoint destination) {
        send(from, destination, false);
    }

    private @Nullable Arrival send(Agent from, Endpoint destination, boolean comesIn) {
        Endpoint source = inside(from);
        Gateway zone = home(from);
        while (true) {
            if (member(zone, destination) != null) {
                boolean apart = isolated && zone == meeting;
                return apart || !comesIn ? null : enter(zone, source, destination);
            }
            if (zone == null || !zone.passesUdp()) {
                return null;
            }
            boolean own = destination instanceof Mapped mapped && mapped.gateway() == zone;
            if (own && zone.hairpin() == Hairpin.NONE) {
                return null;
            }
            Mapped mapping = zone.mapping(source, destination);
            news |= zone.contact(mapping, destination);
            if (own) {
                return !comesIn ? null : turn(zone, source, mapping, (Mapped) destination);
            }
            source = zone.translates() ? mapping : source;
            zone = zone.outer();
        }
    }

    /** Back in through the NAT that the packet came out of. */
    private @Nullable Arrival turn(Gateway gateway, Endpoint source, Mapped mapping, Mapped destination) {
        if (gateway.filtersHairpins() && !gateway.letsIn(mapping, destination)) {
            return null;
        }
        Endpoint seen = gateway.hairpin() == Hairpin.INTERNAL_SOURCE ? source : mapping;
        return enter(gateway, seen, destination.inner());
    }

    /** From a zone inwards. */
    private @Nullable Arrival enter(@Nullable Gateway firstZone, Endpoint source, Endpoint firstDestination) {
        Gateway zone = firstZone;
        Endpoint destination = firstDestination;
        while (true) {
            Member member = member(zone, destination);
            if (member == null) {
                return null;
            }
            Gateway gateway = member.behind();
            if (gateway == null) {
                return new Arrival(destination instanceof Inside inside ? inside.agent() : null, source);
            }
            if (!gateway.passesUdp() || !letsIn(gateway, source, destination)) {
                return null;
            }
            destination = gateway.translates() ? ((Mapped) destination).inner() : destination;
            zone = gateway;
        }
    }

    private static boolean letsIn(Gateway gateway, Endpoint source, Endpoint destination) {
        return gateway.letsIn(
                source, gateway.translates() ? (Mapped) destination : new Mapped(gateway, destination, null));
    }

    /** Who has an address in a zone; null if nobody has. A router that does not translate lends its outside to those inside. */
    private @Nullable Member member(@Nullable Gateway zone, Endpoint address) {
        Gateway behind = address instanceof Mapped mapped ? mapped.gateway() : null;
        Gateway at = behind != null ? behind.outer() : address instanceof Inside inside ? home(inside.agent()) : null;
        while (at != zone) {
            if (at == null || at.translates()) {
                return null;
            }
            behind = at;
            at = at.outer();
        }
        return new Member(behind);
    }

    private @Nullable Gateway home(Agent agent) {
        return agent == Agent.A ? homeOfA : homeOfB;
    }
}
