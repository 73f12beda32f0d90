package dev.postern.natsim.fabric;

import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of the network in which each address means one thing: the internet, a home, the inside of a carrier's NAT. It
 * carries a packet to the member that has the destination address, otherwise to its gateway. Made by {@link
 * VirtualNet#zone}.
 */
public final class Zone {

    private static final int MAX_HOPS = 16;

    private record Route(IpPrefix prefix, Line via) {}

    private final VirtualNet net;
    private final String name;
    private final Map<IpAddress, Line> members = new HashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private @Nullable Line gateway;
    private @Nullable Router gatewayRouter;
    private boolean isolated;

    Zone(VirtualNet net, String name) {
        this.net = net;
        this.name = name;
    }

    public String name() {
        return name;
    }

    /** Keeps members from reaching each other: each may only talk with the gateway, as in many guest networks. */
    public Zone isolateMembers() {
        isolated = true;
        return this;
    }

    void join(IpAddress address, Line line) {
        if (members.putIfAbsent(address, line) != null) {
            throw new IllegalArgumentException("zone " + name + " has " + address + " already");
        }
    }

    void routeTo(IpPrefix prefix, Line via) {
        routes.add(new Route(prefix, via));
    }

    void gateway(Router router, Line line) {
        if (gateway != null) {
            throw new IllegalArgumentException("zone " + name + " has a gateway already");
        }
        gateway = line;
        gatewayRouter = router;
    }

    /** The router that leads out of this zone; null in a zone that nothing leads out of. */
    @Nullable
    Router gatewayRouter() {
        return gatewayRouter;
    }

    void route(Flight flight, Line from) {
        if (flight.hops() >= MAX_HOPS) {
            net.drop(flight, name, "hops exhausted: after " + MAX_HOPS + " zones");
            return;
        }
        IpAddress destination = flight.packet().destination().ip();
        Line member = memberFor(destination);
        boolean betweenMembers = member != null && from != gateway;
        if (isolated && betweenMembers) {
            net.drop(flight, name, "isolated: members of " + name + " do not reach each other");
        } else if (member != null) {
            member.down(flight.nextHop());
        } else if (gateway != null && gateway != from) {
            gateway.down(flight.nextHop());
        } else {
            net.drop(flight, name, "no route: nobody has " + destination + " in " + name);
        }
    }

    private @Nullable Line memberFor(IpAddress destination) {
        Line member = members.get(destination);
        if (member != null) {
            return member;
        }
        return routes.stream()
                .filter(route -> route.prefix().contains(destination))
                .findFirst()
                .map(Route::via)
                .orElse(null);
    }
}
