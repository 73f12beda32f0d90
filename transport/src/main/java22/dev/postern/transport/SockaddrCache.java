package dev.postern.transport;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A fixed-size memory of which kernel address is which {@link TransportAddress}, so that a steady flow makes no garbage.
 * It bounds itself as {@link AddressCache} does. It also remembers on which interface a link-local address was heard.
 *
 * <p>Owner: one shard's thread.
 */
final class SockaddrCache {

    /** How many slots there are. */
    static final int SLOTS = AddressSlots.COUNT;

    private static final int SCOPES = 64;
    private static final int LINK_LOCAL = 0xFE80 >>> 6;

    private final AddressSlots slots = new AddressSlots();
    private final @Nullable TransportAddress[] addresses = new TransportAddress[SLOTS];
    private final @Nullable TransportAddress[] scoped = new TransportAddress[SCOPES];
    private final int[] scopesOf = new int[SCOPES];

    /** The slot that holds the address at {@code at} now, until the next call. */
    int slot(long at) {
        long key = Native.getLong(at);
        boolean ipv4 = Sockaddr.isIpv4(at);
        long high = ipv4 ? 0 : Native.getLong(at + Sockaddr.IPV6_ADDRESS);
        long low = ipv4 ? 0 : Native.getLong(at + Sockaddr.IPV6_ADDRESS + Long.BYTES);
        int scope = ipv4 ? 0 : Native.getInt(at + Sockaddr.IPV6_SCOPE);
        int slot = slots.find(key, high, low, scope);
        if (slot == AddressSlots.NONE) {
            slot = slots.take(key, high, low, scope);
            remember(slot, Sockaddr.read(at), scope);
        }
        return slot;
    }

    private void remember(int slot, TransportAddress address, int scope) {
        addresses[slot] = address;
        if (scope != 0) {
            int at = address.hashCode() & (SCOPES - 1);
            scoped[at] = address;
            scopesOf[at] = scope;
        }
    }

    /** What is in a slot that {@link #slot} has returned. */
    TransportAddress address(int slot) {
        TransportAddress address = addresses[slot];
        if (address == null) {
            throw new IllegalStateException("slot " + slot + " is empty");
        }
        return address;
    }

    /** The interface on which a link-local address was heard last; 0 for any other address, and if that is not known. */
    int scope(TransportAddress address) {
        IpAddress ip = address.ip();
        if (ip.isIpv4() || ip.high() >>> (Long.SIZE - 10) != LINK_LOCAL) {
            return 0;
        }
        int at = address.hashCode() & (SCOPES - 1);
        return address.equals(scoped[at]) ? scopesOf[at] : 0;
    }
}
