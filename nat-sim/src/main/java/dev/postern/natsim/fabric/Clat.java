package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.IpTranslator;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The near half of 464XLAT (RFC 6877), on a host: says what the host sends in IPv4 in IPv6, for a NAT64 to say it in IPv4 again. Without
 * state; the host has one IPv6 address for it.
 */
final class Clat implements IpTranslator.Addresses {

    private final IpAddress ipv4;
    private final IpAddress ipv6;
    private final Nat64Prefix prefix;
    private final IpTranslator translator = new IpTranslator(this);

    Clat(IpAddress ipv4, IpAddress ipv6, Nat64Prefix prefix) {
        this.ipv4 = ipv4;
        this.ipv6 = ipv6;
        this.prefix = prefix;
    }

    /** The host's IPv4 address, which nobody else knows. */
    IpAddress ipv4() {
        return ipv4;
    }

    /** Whether a packet that has arrived is for the IPv4 of the host. */
    boolean takes(Packet packet) {
        boolean about = packet.content() instanceof Content.IcmpError error
                && prefix.extract(error.quoted().destination().ip()) != null;
        return packet.destination().ip().equals(ipv6)
                && (about || prefix.extract(packet.source().ip()) != null);
    }

    @Nullable
    Packet toIpv4(Packet packet) {
        return translator.toIpv4(packet);
    }

    @Nullable
    Packet toIpv6(Packet packet) {
        return translator.toIpv6(packet);
    }

    /** Routers on the way to the NAT64 have no IPv4 address, and report as nobody in particular (RFC 6791). */
    @Override
    public IpAddress ipv4Of(IpAddress address) {
        IpAddress outside = prefix.extract(address);
        return address.equals(ipv6) ? ipv4 : outside == null ? Zone.reporter(true) : outside;
    }

    @Override
    public IpAddress ipv6Of(IpAddress address) {
        return address.equals(ipv4) ? ipv6 : prefix.embed(address);
    }
}
