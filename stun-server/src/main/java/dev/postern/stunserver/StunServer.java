package dev.postern.stunserver;

import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.net.StunHandler;
import dev.postern.transport.Counters;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.Shard;
import dev.postern.transport.ShardHandler;
import dev.postern.transport.Shards;
import dev.postern.transport.TransportCounter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A running STUN server that tells clients the address they are seen at: Binding of RFC 8489 over UDP and TCP, without
 * authentication; given two addresses and two ports, also how their NAT behaves (RFC 5780).
 *
 * <pre>{@code
 * StunServerConfig config = StunServerConfig.builder().listen("udp://192.0.2.1:3478").build();
 * try (StunServer server = StunServer.start(config)) {
 *     System.out.println(server.addresses());
 *     ...
 * }
 * }</pre>
 *
 * <p>Not needed beside a TURN relay on the same address, which answers Binding itself. Its threads do not keep the JVM alive.
 * Every method may be called by any thread.
 */
public final class StunServer implements AutoCloseable {

    private final Shards shards;
    private final List<Counters<StunCounter>> counters;

    private StunServer(Shards shards, List<Counters<StunCounter>> counters) {
        this.shards = shards;
        this.counters = counters;
    }

    /**
     * Binds every address and answers from then on.
     *
     * @throws dev.postern.transport.BindFailedException if an address cannot be bound; nothing stays open then
     */
    public static StunServer start(StunServerConfig config) {
        List<Counters<StunCounter>> counters = new ArrayList<>();
        SecureRandom random = new SecureRandom();
        Shards shards = Shards.start(config.transport(), shard -> handler(shard, config, random.nextLong(), counters));
        return new StunServer(shards, List.copyOf(counters));
    }

    private static ShardHandler handler(
            Shard shard, StunServerConfig config, long seed, List<Counters<StunCounter>> counters) {
        Counters<StunCounter> own = new Counters<>(StunCounter.class);
        counters.add(own);
        SourceLimiter limiter = config.responsesPerSecond() == 0
                ? null
                : new SourceLimiter(config.responsesPerSecond(), config.responseBurst(), seed);
        return new StunHandler(shard, own, limiter, config.software(), config.discovery());
    }

    /** What is bound, in the order of the configuration, with the ports that the OS chose where 0 was asked for. */
    public List<ListenAddress> addresses() {
        return shards.addresses();
    }

    /** What became of messages, as of now. */
    public Map<StunCounter, Long> counters() {
        return Counters.sum(StunCounter.class, counters);
    }

    /** One counter, as of now. */
    public long count(StunCounter counter) {
        return counters.stream().mapToLong(writer -> writer.get(counter)).sum();
    }

    /** What sockets carried, as of now. */
    public Map<TransportCounter, Long> transportCounters() {
        return shards.counters();
    }

    /** One counter of the sockets, as of now. */
    public long count(TransportCounter counter) {
        return shards.count(counter);
    }

    /** Stops and frees every address, within a few seconds; a second call does nothing. */
    @Override
    public void close() {
        shards.close();
    }
}
