package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A fixed-size, direct-mapped memory of the 5-tuples of one UDP listener by source address, so that a client's datagrams
 * all come with the same {@link FiveTuple} object. It bounds itself as {@link AddressCache} does.
 *
 * <p>Owner: one shard's thread.
 */
final class FlowCache {

    private final TransportAddress server;
    private final AddressCache addresses;
    private final @Nullable InetSocketAddress[] sources = new InetSocketAddress[AddressCache.SLOTS];
    private final @Nullable FiveTuple[] paths = new FiveTuple[AddressCache.SLOTS];

    FlowCache(TransportAddress server, AddressCache addresses) {
        this.server = server;
        this.addresses = addresses;
    }

    /** The path on which this source talks to the listener. */
    FiveTuple path(InetSocketAddress source) {
        int slot = AddressCache.slot(source);
        FiveTuple path = paths[slot];
        if (path != null && source.equals(sources[slot])) {
            return path;
        }
        FiveTuple fresh = new FiveTuple(TransportProtocol.UDP, addresses.address(source), server);
        sources[slot] = source;
        paths[slot] = fresh;
        return fresh;
    }
}
