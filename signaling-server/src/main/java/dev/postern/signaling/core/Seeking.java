package dev.postern.signaling.core;

import dev.postern.signaling.cluster.ClusterOutput;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** How the home of a room is found: when it may be asked for, and when again. Owned by the hub. */
final class Seeking {

    /** After the backplane came back, homes say first that they are. */
    static final long QUIET_AFTER_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A question without an answer is asked again. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ClusterOutput cluster;
    private final Alarms alarms;
    private boolean isUp;
    private boolean wasUp;
    private long quietUntilNanos;
    private Set<String> others = Set.of();
    /** The time of the input that is being worked on. */
    private long nowNanos;

    Seeking(long nowNanos, ClusterOutput cluster, Alarms alarms) {
        this.nowNanos = nowNanos;
        this.quietUntilNanos = nowNanos;
        this.cluster = cluster;
        this.alarms = alarms;
    }

    void begin(long now) {
        nowNanos = now;
    }

    /** Whether it can be asked who a room's home is. */
    boolean isUp() {
        return isUp;
    }

    /** A node that has only just begun claims at once: it had no names that could be forgotten. */
    void onBackplane(boolean up) {
        if (up && !isUp && wasUp) {
            quietUntilNanos = nowNanos + QUIET_AFTER_UP_NANOS;
        }
        wasUp |= up;
        isUp = up;
    }

    void onNodes(Set<String> nodes) {
        others = Set.copyOf(nodes);
    }

    /** Whether another node lives, as far as is known. */
    boolean isThere(String node) {
        return others.contains(node);
    }

    /** Asks for the home, as soon as that may be. */
    void claim(Entry entry) {
        entry.seek();
        if (!isUp) {
            alarms.clear(entry.again);
        } else if (quietUntilNanos - nowNanos > 0) {
            alarms.set(entry.again, quietUntilNanos);
        } else {
            entry.hasAsked = true;
            cluster.claim(entry.room());
            alarms.set(entry.again, nowNanos + AGAIN_NANOS);
        }
    }

    /** Asks later: whoever was told to be the home is not. */
    void claimLater(Entry entry) {
        entry.seek();
        alarms.set(entry.again, nowNanos + entry.takeWaitNanos());
    }

    /** The home is known. */
    void found(Entry entry) {
        alarms.clear(entry.again);
    }
}
