package dev.postern.signaling.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * How many of something each address has: an IPv4 address by itself, an IPv6 address by its /64, an IPv4-mapped one as
 * the IPv4 address that it is. Holds nothing of an address that has none. Any thread.
 */
final class AddressLimits {

    private final int max;
    private final ConcurrentMap<Key, Integer> counts = new ConcurrentHashMap<>();

    private record Key(boolean ipv4, long bits) {}

    AddressLimits(int max) {
        this.max = max;
    }

    /** Takes one; false, and nothing taken, if the address has as many as it may. */
    boolean take(SocketAddress address) {
        boolean[] taken = new boolean[1];
        counts.compute(keyOf(address), (key, count) -> {
            int have = count == null ? 0 : count;
            taken[0] = have < max;
            return taken[0] ? Integer.valueOf(have + 1) : count;
        });
        return taken[0];
    }

    /** Takes one whatever the limit says. */
    void takeAnyway(SocketAddress address) {
        counts.merge(keyOf(address), 1, Integer::sum);
    }

    /** Gives one back. */
    void giveBack(SocketAddress address) {
        counts.computeIfPresent(keyOf(address), (key, count) -> count <= 1 ? null : Integer.valueOf(count - 1));
    }

    /** Whether {@link #take} would fail. */
    boolean isFull(SocketAddress address) {
        return counts.getOrDefault(keyOf(address), 0) >= max;
    }

    int size() {
        return counts.size();
    }

    /** The same text for all that count as one address, and for no others. */
    static String textOf(SocketAddress address) {
        Key key = keyOf(address);
        return (key.ipv4() ? "4-" : "6-") + Long.toHexString(key.bits());
    }

    private static Key keyOf(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return new Key(false, 0);
        }
        InetAddress ip = inet.getAddress();
        ByteBuffer bytes = ByteBuffer.wrap(ip.getAddress());
        // The JDK already hands out an IPv4-mapped address as an Inet4Address.
        return ip instanceof Inet4Address ? new Key(true, bytes.getInt()) : new Key(false, bytes.getLong());
    }
}
