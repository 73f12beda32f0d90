package dev.postern.transport;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Threads that carry datagrams and streams between sockets and handlers: one {@link ShardHandler} per thread, each with
 * UDP sockets of its own (SO_REUSEPORT spreads the clients of one port over them) and the relay sockets it opened. A TCP
 * connection is read by Netty and its frames are handed to the shard that the hash of its 5-tuple picks.
 *
 * <p>{@link #start}, {@link #close} and the queries may be called by any thread that is not a shard's.
 */
public final class Shards implements AutoCloseable {

    private Shards() {}

    /**
     * Binds every address, makes one handler per shard and starts the threads. When this returns every address answers.
     *
     * @param factory called once per shard on the calling thread, before the shard's thread starts
     * @throws BindFailedException if an address cannot be bound; nothing stays open then
     */
    public static Shards start(ShardsConfig config, Function<Shard, ShardHandler> factory) {
        throw new UnsupportedOperationException(config.name() + factory);
    }

    /** What is bound, in the order of the configuration, with the ports that the OS chose where 0 was asked for. */
    public List<ListenAddress> addresses() {
        return List.of();
    }

    /** How many shards run: as configured where the OS can spread a port, else 1. */
    public int count() {
        return 0;
    }

    /** The counters of all shards together, as of now. */
    public Map<TransportCounter, Long> counters() {
        return Map.of();
    }

    /**
     * Stops in order: no new streams, then the streams, then the shards with their sockets; within
     * {@link ShardsConfig#closeTimeout()}, after which threads are left to end by themselves and a warning says so. A
     * second call does nothing.
     */
    @Override
    public void close() {}
}
