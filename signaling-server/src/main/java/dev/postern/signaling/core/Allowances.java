package dev.postern.signaling.core;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each of many names may do together with all who share it: a bucket of messages and one of joins. Bounded in number: for each new
 * name a few old ones are looked at; those that are full are forgotten, at no loss, and where there are too many, that one of them which
 * is nearest to it. Finding one costs a hash lookup and moves nothing. Owned by the hub.
 */
final class Allowances {

    /** How many names are remembered. */
    static final int MAX = 16_384;

    /** The burst of each bucket, in seconds of its rate. */
    static final int BURST_SECONDS = 5;

    /** How many old ones are looked at for each new name, so that names that are over do not pile up. */
    private static final int LOOKED_AT = 4;

    private final int messagesPerSecond;
    private final int joinsPerSecond;
    /** In the order in which they were looked at last. */
    private final Map<String, Allowance> byName = new LinkedHashMap<>();

    /** The two buckets of one name. */
    record Allowance(RateBucket messages, RateBucket joins) {

        private long nanosUntilFull(long nowNanos) {
            return Math.max(messages.nanosUntilFull(nowNanos), joins.nanosUntilFull(nowNanos));
        }
    }

    Allowances(int messagesPerSecond, int joinsPerSecond) {
        this.messagesPerSecond = messagesPerSecond;
        this.joinsPerSecond = joinsPerSecond;
    }

    /** The buckets of a name, full ones if it has none. */
    Allowance of(long nowNanos, String name) {
        Allowance known = byName.get(name);
        if (known != null) {
            return known;
        }
        forgetSome(nowNanos);
        Allowance fresh = new Allowance(bucket(nowNanos, messagesPerSecond), bucket(nowNanos, joinsPerSecond));
        byName.put(name, fresh);
        return fresh;
    }

    private static RateBucket bucket(long nowNanos, int perSecond) {
        return new RateBucket(nowNanos, perSecond, perSecond * BURST_SECONDS);
    }

    private void forgetSome(long nowNanos) {
        int looks = Math.min(LOOKED_AT, byName.size());
        String fullest = "";
        long leastNanos = Long.MAX_VALUE;
        for (int i = 0; i < looks; i++) {
            Map.Entry<String, Allowance> oldest = byName.entrySet().iterator().next();
            String name = oldest.getKey();
            Allowance allowance = oldest.getValue();
            long untilFullNanos = allowance.nanosUntilFull(nowNanos);
            byName.remove(name);
            if (untilFullNanos == 0) {
                continue;
            }
            byName.put(name, allowance);
            if (untilFullNanos < leastNanos) {
                leastNanos = untilFullNanos;
                fullest = name;
            }
        }
        if (byName.size() >= MAX) {
            byName.remove(fullest);
        }
    }

    int size() {
        return byName.size();
    }
}
