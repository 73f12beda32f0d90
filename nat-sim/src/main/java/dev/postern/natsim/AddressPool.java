package dev.postern.natsim;

import dev.postern.stun.IpAddress;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Addresses of which each stands for many inside hosts. */
final class AddressPool implements ExternalAddresses {

    private final List<IpAddress> addresses;
    private final Pooling pooling;
    private final RandomGenerator random;

    AddressPool(List<IpAddress> addresses, Pooling pooling, RandomGenerator random) {
        this.addresses = List.copyOf(addresses);
        this.pooling = pooling;
        this.random = random;
    }

    @Override
    public boolean owns(IpAddress address) {
        return addresses.contains(address);
    }

    /** Paired, it follows from the inside address alone, so that it outlives every mapping. */
    @Override
    public @Nullable IpAddress forInside(IpAddress inside) {
        List<IpAddress> fitting = addresses.stream()
                .filter(address -> address.isIpv4() == inside.isIpv4())
                .toList();
        if (fitting.size() <= 1) {
            return fitting.isEmpty() ? null : fitting.get(0);
        }
        return switch (pooling) {
            case PAIRED -> fitting.get((int) Math.floorMod(inside.low(), (long) fitting.size()));
            case ARBITRARY -> fitting.get(random.nextInt(fitting.size()));
        };
    }

    @Override
    public @Nullable IpAddress insideOf(IpAddress external) {
        return null;
    }
}
