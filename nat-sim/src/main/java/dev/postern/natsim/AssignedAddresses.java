package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses of which each stands for one inside host: the first that has sent something (RFC 3022 section 2.1). */
final class AssignedAddresses implements ExternalAddresses {

    private final List<IpAddress> addresses;
    private final Map<IpAddress, IpAddress> byInside = new HashMap<>();
    private final Map<IpAddress, IpAddress> byOutside = new HashMap<>();

    AssignedAddresses(List<IpAddress> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    @Override
    public boolean owns(IpAddress address) {
        return addresses.contains(address);
    }

    @Override
    public @Nullable IpAddress forInside(IpAddress inside) {
        IpAddress known = byInside.get(inside);
        if (known != null) {
            return known;
        }
        for (IpAddress address : addresses) {
            if (address.isIpv4() == inside.isIpv4() && byOutside.putIfAbsent(address, inside) == null) {
                byInside.put(inside, address);
                return address;
            }
        }
        return null;
    }

    @Override
    public @Nullable IpAddress insideOf(IpAddress external) {
        return byOutside.get(external);
    }
}
