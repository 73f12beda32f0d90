package dev.postern.peer.model.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of a schedule: something is done, and then time passes. Every number is valid for every kind.
 *
 * @param who the client
 * @param a what the kind makes of it
 * @param b what the kind makes of it
 */
record ClusterStep(Kind kind, int who, int a, int b, long thenMillis) {

    private static final long[] PATIENCE_MILLIS = {100, 1_000, 4_000, 9_000, 15_000, 30_000};

    /** The kinds of steps, and how likely each is. */
    enum Kind {
        JOIN(12),
        LEAVE(6),
        /** Client {@code who} sends {@code 1 + b} descriptions to its {@code a}-th peer. */
        SIG(24),
        ICE(6),
        /** The connection is cut: of what is in flight to the server {@code a} messages arrive, of what is to the client {@code b}. */
        CUT(14),
        CUT_UNNOTICED_BY_SERVER(6),
        /** The client throws its connection away. */
        DROP(8),
        /** The client ends, and another takes its place. */
        REPLACE(3),
        /** The first client locks a room, or opens it: of what others are told all must agree. */
        LOCK(4),
        /** Client {@code who} sends its {@code b}-th peer out. */
        KICK(1),
        /** The user of client {@code who} is revoked at node {@code a}, and another takes its place. */
        REVOKE(2),
        /** Node {@code a} is killed, and another starts in {@code b} steps of patience. */
        KILL(3),
        /** Node {@code a} leaves as it should, and another has started. */
        DRAIN(5),
        /** All clients but {@code who} go to other nodes, that one comes into a room or goes, and node {@code a} leaves, within a moment of {@code b}. */
        STAMPEDE(4),
        /** Node {@code a} cannot be reached by others for {@code b} steps of patience. */
        PARTITION(2),
        /** Node {@code a} takes node {@code b} for lost. */
        LOSE(2),
        /** The backplane is down for {@code b} steps of patience, and forgets all if {@code a} is odd. */
        DOWN(3),
        WAIT(4);

        final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        /** Whether it may cost sessions. */
        boolean isDisaster() {
            return this == KILL || this == PARTITION || this == LOSE || this == DOWN;
        }
    }

    String room() {
        return ClusterWorld.ROOMS.get(a % ClusterWorld.ROOMS.size());
    }

    long patienceNanos() {
        return PATIENCE_MILLIS[b % PATIENCE_MILLIS.length] * 1_000_000;
    }

    /** The same step made smaller in one way. */
    List<ClusterStep> simpler() {
        List<ClusterStep> simpler = new ArrayList<>();
        for (long millis : new long[] {0, thenMillis / 2, thenMillis - thenMillis % 1_000}) {
            if (millis < thenMillis) {
                simpler.add(new ClusterStep(kind, who, a, b, millis));
            }
        }
        if (a > 0) {
            simpler.add(new ClusterStep(kind, who, 0, b, thenMillis));
        }
        if (b > 0) {
            simpler.add(new ClusterStep(kind, who, a, 0, thenMillis));
            simpler.add(new ClusterStep(kind, who, a, b - 1, thenMillis));
        }
        return simpler;
    }
}
