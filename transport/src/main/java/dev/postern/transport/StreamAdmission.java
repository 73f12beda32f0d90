package dev.postern.transport;

import dev.postern.stun.IpAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts open streams, or handshakes, in total and per source (one IPv4 address, one IPv6 /64), and says who may come in. Its map holds
 * only sources that have one, so the total bounds it. Any thread.
 */
final class StreamAdmission {

    /** What becomes of a new connection. */
    enum Verdict {
        ADMITTED,
        TOO_MANY_IN_TOTAL,
        TOO_MANY_FROM_SOURCE
    }

    private final int maxTotal;
    private final int maxPerSource;
    private final AtomicInteger total = new AtomicInteger();
    private final Map<IpAddress, Integer> perSource = new ConcurrentHashMap<>();

    StreamAdmission(int maxTotal, int maxPerSource) {
        this.maxTotal = maxTotal;
        this.maxPerSource = maxPerSource;
    }

    /** Counts the connection in if it may stay; then {@link #leave} must follow once. */
    Verdict enter(IpAddress client) {
        if (total.incrementAndGet() > maxTotal) {
            total.decrementAndGet();
            return Verdict.TOO_MANY_IN_TOTAL;
        }
        int fromSource = perSource.merge(client.source(), 1, Integer::sum);
        if (fromSource > maxPerSource) {
            leave(client);
            return Verdict.TOO_MANY_FROM_SOURCE;
        }
        return Verdict.ADMITTED;
    }

    /** Counts a connection out that was admitted. */
    void leave(IpAddress client) {
        perSource.computeIfPresent(client.source(), (source, count) -> count > 1 ? count - 1 : null);
        total.decrementAndGet();
    }

    int total() {
        return total.get();
    }
}
