package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.core.SharedMeter.Scope;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The meters of all users and sources that hold an allocation or did until a moment ago. Looked up when an allocation begins, never for
 * a packet. Shared by all shards: any thread.
 */
final class TrafficMeters {

    /** A meter and how many allocations are measured with it. */
    private record Held(SharedMeter meter, int holders) {}

    private final TrafficLimits limits;
    private final ConcurrentHashMap<String, Held> users = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<IpAddress, Held> sources = new ConcurrentHashMap<>();

    /** Made by the first allocation, as nobody else knows the time. */
    private final AtomicReference<@Nullable SharedMeter> total = new AtomicReference<>();

    TrafficMeters(TrafficLimits limits) {
        this.limits = limits;
    }

    /** A meter for one more allocation, which {@link #release} must return. */
    TrafficMeter take(String user, IpAddress client, long nowNanos) {
        IpAddress source = client.source();
        return new TrafficMeter(
                nowNanos,
                user,
                source,
                take(users, user, Scope.USER, limits.user(), nowNanos),
                take(sources, source, Scope.SOURCE, limits.source(), nowNanos),
                total(nowNanos));
    }

    private @Nullable SharedMeter total(long nowNanos) {
        if (total.get() == null && !limits.total().isUnlimited()) {
            total.compareAndSet(null, new SharedMeter(Scope.TOTAL, limits.total(), limits.burstSeconds(), nowNanos));
        }
        return total.get();
    }

    private <K> @Nullable SharedMeter take(
            ConcurrentHashMap<K, Held> meters, K key, Scope scope, Rate rate, long nowNanos) {
        if (rate.isUnlimited()) {
            return null;
        }
        Held held = meters.compute(
                key,
                (ignored, present) -> present == null
                        ? new Held(new SharedMeter(scope, rate, limits.burstSeconds(), nowNanos), 1)
                        : new Held(present.meter, present.holders + 1));
        return held.meter;
    }

    /**
     * Forgets the meters that no allocation is measured with any more. Called only once they have {@linkplain TrafficMeter#restedAfter
     * rested}: else who ends an allocation and begins another would have a full bucket each time.
     */
    void release(TrafficMeter meter) {
        release(users, meter.userName());
        release(sources, meter.sourcePrefix());
    }

    private static <K> void release(ConcurrentHashMap<K, Held> meters, K key) {
        meters.computeIfPresent(
                key, (ignored, present) -> present.holders == 1 ? null : new Held(present.meter, present.holders - 1));
    }

    /** How many users and sources have a meter. */
    int size() {
        return users.size() + sources.size();
    }
}
