package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine whose addresses a test names; the first IPv4 one that is not loopback leads to the outside. */
public final class FixedHost implements Host {

    private static final int LAN_BITS = 24;

    private final List<IpAddress> addresses;

    public FixedHost(String... addresses) {
        this.addresses = List.of(addresses).stream().map(IpAddress::parse).toList();
    }

    /** Private addresses are in networks of 256. */
    @Override
    public List<LanAddress> lanAddresses() {
        return addresses.stream()
                .filter(address -> LanAddress.isPrivate(address.toInetAddress()))
                .map(address -> LanAddress.of(address, LAN_BITS))
                .toList();
    }

    @Override
    public List<String> names() {
        return List.of("fixed");
    }

    @Override
    public List<IpAddress> addresses() {
        return addresses;
    }

    @Override
    public @Nullable IpAddress primaryIpv4() {
        return addresses.stream()
                .filter(address -> address.isIpv4() && !address.toInetAddress().isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }
}
