package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of the network in which each address means one thing: the internet, a home, the inside of a carrier's NAT. It
 * carries a packet to the member that has the destination address, otherwise to its gateway. Made by {@link
 * VirtualNet#zone}.
 */
public final class Zone {

    /** Who reports what nobody with an address can: the dummy address of RFC 7600 section 6. */
    private static final IpAddress IPV4_REPORTER = IpAddress.parse("192.0.0.8");

    /** The same in IPv6, of the prefix that leads nowhere (RFC 6666), as no address is set apart for it. */
    private static final IpAddress IPV6_REPORTER = IpAddress.parse("100::8");

    private record Gateway(Router router, Line line) {}

    private final VirtualNet net;
    private final String name;
    private final Map<IpAddress, Line> members = new HashMap<>();
    /** Made with the first route: most zones have none. */
    private @Nullable Routes routes;

    private @Nullable Gateway ipv4Gateway;
    private @Nullable Gateway ipv6Gateway;
    /** Leads to IPv4, and is only sent what begins with its prefix. */
    private @Nullable Gateway nat64;

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
        requireFree(address, line);
        members.put(address, line);
    }

    /** Refuses an address that another line has. */
    void requireFree(IpAddress address, Line line) {
        Line member = members.get(address);
        if (member != null && member != line) {
            throw new IllegalArgumentException("zone " + name + " has " + address + " already");
        }
    }

    boolean has(IpAddress address, Line line) {
        return members.get(address) == line;
    }

    void leave(IpAddress address, Line line) {
        members.remove(address, line);
    }

    void routeTo(IpPrefix prefix, Line via) {
        if (routes == null) {
            routes = new Routes();
        }
        routes.add(prefix, via);
    }

    /** Lets packets of an IP version out through a router; a zone with both versions may have two. */
    void gateway(Router router, Line line, boolean ipv4) {
        if ((ipv4 ? ipv4Gateway : ipv6Gateway) != null) {
            throw new IllegalArgumentException("zone " + name + " has a gateway already");
        }
        if (ipv4) {
            ipv4Gateway = new Gateway(router, line);
        } else {
            ipv6Gateway = new Gateway(router, line);
        }
    }

    /** Lets packets that begin with the prefix out through a NAT64; other IPv6 may have a router of its own. */
    void nat64(Router router, Line line, IpPrefix prefix) {
        if (nat64 != null || ipv4Gateway != null) {
            throw new IllegalArgumentException("zone " + name + " has a way to IPv4 already");
        }
        routeTo(prefix, line);
        nat64 = new Gateway(router, line);
    }

    /** The router that leads out of this zone, to IPv4 where there are two; null in a zone that nothing leads out of. */
    @Nullable
    Router gatewayRouter() {
        Gateway toIpv4 = ipv4Gateway != null ? ipv4Gateway : nat64;
        Gateway gateway = toIpv4 != null ? toIpv4 : ipv6Gateway;
        return gateway == null ? null : gateway.router();
    }

    /** The source of errors from where no address of the IP version is. */
    static IpAddress reporter(boolean ipv4) {
        return ipv4 ? IPV4_REPORTER : IPV6_REPORTER;
    }

    /** A line takes packets up to the MTU from here, and this one is longer and must not be cut. */
    void onTooBig(Flight flight, int mtuBytes, Line to) {
        Packet packet = flight.packet();
        net.drop(flight, name, Errors.tooBig(packet, mtuBytes, "the line to " + to.owner()));
        Packet error = Errors.tooBig(reporter(packet.isIpv4()), mtuBytes, packet);
        if (error != null) {
            route(net.reported(flight.origin(), name, error), null);
        }
    }

    /** Sends a packet where it belongs; {@code from} is null for one of the zone itself. */
    void route(Flight flight, @Nullable Line from) {
        IpAddress destination = flight.packet().destination().ip();
        Line member = memberFor(destination);
        Line gateway = gatewayFor(destination);
        if (isolated && member != null && from != null && !isGateway(from) && !isGateway(member)) {
            net.drop(flight, name, "isolated: members of " + name + " do not reach each other");
        } else if (member != null) {
            member.down(flight);
        } else if (gateway != null && gateway != from) {
            gateway.down(flight);
        } else {
            net.drop(flight, name, "no route: nobody has " + destination + " in " + name);
        }
    }

    private @Nullable Line memberFor(IpAddress destination) {
        Line member = members.get(destination);
        return member != null || routes == null ? member : routes.to(destination);
    }

    private @Nullable Line gatewayFor(IpAddress destination) {
        Gateway gateway = destination.isIpv4() ? ipv4Gateway : ipv6Gateway;
        return gateway == null ? null : gateway.line();
    }

    private boolean isGateway(Line line) {
        return (ipv4Gateway != null && line == ipv4Gateway.line())
                || (nat64 != null && line == nat64.line())
                || (ipv6Gateway != null && line == ipv6Gateway.line());
    }
}
