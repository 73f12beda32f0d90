package dev.postern.app.run;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine whose addresses a test names; the first IPv4 one that is not loopback leads to the outside. */
public final class FixedHost implements Host {

    private final List<IpAddress> addresses;

    public FixedHost(String... addresses) {
        this.addresses = List.of(addresses).stream().map(IpAddress::parse).toList();
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
