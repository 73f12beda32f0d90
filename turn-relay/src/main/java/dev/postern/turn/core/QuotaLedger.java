package dev.postern.turn.core;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who holds how many of a bounded thing, such as allocations: exact per user and in total, whoever asks at the same time.
 * It remembers only users that hold something; a user may be a name or whatever else has a share. Shared by all shards: any thread.
 */
final class QuotaLedger<K> {

    /** The answer to {@link #take}. */
    enum Grant {
        GRANTED,
        USER_QUOTA_REACHED,
        TOTAL_QUOTA_REACHED
    }

    private final int perUser;
    private final int total;
    private final ConcurrentHashMap<K, Integer> heldByUser = new ConcurrentHashMap<>();
    private final AtomicInteger held = new AtomicInteger();

    QuotaLedger(int perUser, int total) {
        this.perUser = perUser;
        this.total = total;
    }

    /** Takes one for the user, which {@link #giveBack} must return exactly once, or nothing. */
    Grant take(K user) {
        // The user's share first: while the total is judged, it can only keep out the same user.
        if (!takeForUser(user)) {
            return Grant.USER_QUOTA_REACHED;
        }
        if (!takeFromTotal()) {
            giveBackForUser(user);
            return Grant.TOTAL_QUOTA_REACHED;
        }
        return Grant.GRANTED;
    }

    /** Returns one that the user holds. */
    void giveBack(K user) {
        giveBackForUser(user);
        held.decrementAndGet();
    }

    /** How many all users hold. */
    int held() {
        return held.get();
    }

    /** How many one user holds. */
    int heldBy(K user) {
        return heldByUser.getOrDefault(user, 0);
    }

    /** How many users hold something. */
    int users() {
        return heldByUser.size();
    }

    private boolean takeForUser(K user) {
        while (true) {
            Integer before = heldByUser.get(user);
            if ((before == null ? 0 : before) >= perUser) {
                return false;
            }
            boolean taken = before == null
                    ? heldByUser.putIfAbsent(user, 1) == null
                    : heldByUser.replace(user, before, before + 1);
            if (taken) {
                return true;
            }
        }
    }

    private void giveBackForUser(K user) {
        boolean given = false;
        while (!given) {
            Integer before = heldByUser.get(user);
            if (before == null) {
                throw new IllegalStateException("given back more than was taken");
            }
            given = before == 1 ? heldByUser.remove(user, before) : heldByUser.replace(user, before, before - 1);
        }
    }

    private boolean takeFromTotal() {
        while (true) {
            int before = held.get();
            if (before >= total) {
                return false;
            }
            if (held.compareAndSet(before, before + 1)) {
                return true;
            }
        }
    }
}
