package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A fixed-size, direct-mapped memory of which JDK socket address is which {@link TransportAddress}, in both directions. A
 * steady flow finds its pair and makes no garbage; two flows that fall on one slot take turns, which costs a little garbage
 * and nothing else, so a flood of sources cannot make it grow.
 *
 * <p>Owner: one shard's thread.
 */
final class AddressCache {

    private record Pair(InetSocketAddress socket, TransportAddress address) {}

    /** Slots per direction; a power of two. */
    static final int SLOTS = 1 << 12;

    private static final int GOLDEN = 0x9E3779B1;

    private final @Nullable Pair[] bySocket = new Pair[SLOTS];
    private final @Nullable Pair[] byAddress = new Pair[SLOTS];

    /** The address as a value. */
    TransportAddress address(InetSocketAddress socket) {
        Pair pair = bySocket[slot(socket)];
        return pair != null && pair.socket.equals(socket)
                ? pair.address
                : remember(socket, TransportAddress.of(socket)).address;
    }

    /** The address as the JDK's; one that was received comes back with its IPv6 scope. */
    InetSocketAddress socket(TransportAddress address) {
        Pair pair = byAddress[slot(address)];
        return pair != null && pair.address.equals(address)
                ? pair.socket
                : remember(address.toSocketAddress(), address).socket;
    }

    private Pair remember(InetSocketAddress socket, TransportAddress address) {
        Pair pair = new Pair(socket, address);
        bySocket[slot(socket)] = pair;
        byAddress[slot(address)] = pair;
        return pair;
    }

    /** A slot for a JDK address: its own hash is a mere sum of address and port. */
    static int slot(InetSocketAddress socket) {
        return spread(socket.getAddress().hashCode() * 31 + socket.getPort());
    }

    private static int slot(TransportAddress address) {
        return spread(address.hashCode());
    }

    private static int spread(int hash) {
        return (hash * GOLDEN) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS));
    }
}
