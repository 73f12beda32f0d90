package dev.postern.stunserver.net;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.stunserver.StunCounter;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.transport.Counters;
import dev.postern.transport.Relay;
import dev.postern.transport.Shard;
import dev.postern.transport.ShardHandler;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * One shard's engine between its transport and its counters.
 *
 * <p>Owner: the shard's thread; the counters may be read by any.
 */
public final class StunHandler implements ShardHandler, BindingOutput {

    private final Shard shard;
    private final Counters<StunCounter> counters;
    private final BindingEngine engine;

    /** A handler with an engine of its own; limiter, software and discovery as {@link BindingEngine} takes them. */
    public StunHandler(
            Shard shard,
            Counters<StunCounter> counters,
            @Nullable SourceLimiter limiter,
            @Nullable String software,
            Collection<DiscoveryAddresses> discovery) {
        this.shard = shard;
        this.counters = counters;
        this.engine = new BindingEngine(this, limiter, software, discovery);
    }

    @Override
    public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
        engine.onPacket(nowNanos, path, data);
    }

    @Override
    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
        engine.onPacket(nowNanos, path, frame);
    }

    @Override
    public void reply(FiveTuple path, ByteBuffer response) {
        shard.toClient(path, response);
    }

    @Override
    public void count(Event event) {
        counters.add(
                switch (event) {
                    case SUCCEEDED -> StunCounter.BINDING_SUCCESSES;
                    case REFUSED_BAD_REQUEST -> StunCounter.BINDING_ERRORS_400;
                    case REFUSED_UNKNOWN_ATTRIBUTE -> StunCounter.BINDING_ERRORS_420;
                    case DROPPED_OVER_LIMIT -> StunCounter.DROPPED_OVER_LIMIT;
                    case DROPPED_BAD_FINGERPRINT -> StunCounter.DROPPED_BAD_FINGERPRINT;
                    case DROPPED_METHOD -> StunCounter.DROPPED_METHOD;
                    case IGNORED_INDICATION -> StunCounter.IGNORED_INDICATIONS;
                    case IGNORED_RESPONSE -> StunCounter.IGNORED_RESPONSES;
                });
    }

    @Override
    public void malformed(DecodeResult reason) {
        counters.add(
                switch (reason) {
                    case OK -> throw new IllegalArgumentException("a message that is well formed");
                    case TOO_SHORT -> StunCounter.MALFORMED_TOO_SHORT;
                    case NOT_STUN -> StunCounter.MALFORMED_NOT_STUN;
                    case BAD_COOKIE -> StunCounter.MALFORMED_BAD_COOKIE;
                    case BAD_LENGTH -> StunCounter.MALFORMED_BAD_LENGTH;
                    case ATTRIBUTE_OVERRUN -> StunCounter.MALFORMED_ATTRIBUTE_OVERRUN;
                    case TOO_MANY_ATTRIBUTES -> StunCounter.MALFORMED_TOO_MANY_ATTRIBUTES;
                });
    }

    @Override
    public void onStreamClosed(long nowNanos, FiveTuple path) {
        // a Binding server keeps nothing for a stream
    }

    @Override
    public void onRelayOpened(long nowNanos, Relay relay) {
        relay.close(); // none was asked for
    }

    @Override
    public void onRelayFailed(long nowNanos, Object attachment, String reason) {
        // none was asked for
    }

    @Override
    public void onRelayDatagram(long nowNanos, Relay relay, TransportAddress peer, ByteBuffer data) {
        relay.close();
    }

    @Override
    public long nextTimeout() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onTimeout(long nowNanos) {
        // the engine has no timer
    }
}
