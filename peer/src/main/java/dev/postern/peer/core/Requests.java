package dev.postern.peer.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The requests that wait for their one answer, in the order of their ids, and which of them the current connection has not
 * carried yet. Ids rise for as long as the client lives. Bounded: a client that is offline must not hoard.
 */
final class Requests {

    private static final int ASKED = -1;

    private final int max;
    private final Map<Long, Pending> pending = new LinkedHashMap<>();
    private final ArrayDeque<Pending> unsent = new ArrayDeque<>();
    private long lastId;

    /** A request without an answer. */
    static final class Pending {

        private final long id;
        private final Draft draft;
        private final long dueNanos;
        /** Who waits for the answer; null once nobody does. */
        @Nullable
        Object requester;

        /** How often the client asks again by itself where it is refused for now; {@link #ASKED} where the program asked. */
        private final int patience;

        boolean everSent;

        private Pending(long id, Draft draft, @Nullable Object requester, int patience, long dueNanos) {
            this.id = id;
            this.draft = draft;
            this.requester = requester;
            this.patience = patience;
            this.dueNanos = dueNanos;
        }

        long id() {
            return id;
        }

        Draft draft() {
            return draft;
        }

        /** Whether the client made it by itself. */
        boolean isOwn() {
            return patience != ASKED;
        }

        int patience() {
            return patience;
        }
    }

    Requests(int max) {
        this.max = max;
    }

    boolean isFull() {
        return pending.size() >= max;
    }

    /** Takes what the program asks for. */
    void add(Draft draft, Object requester, long dueNanos) {
        add(new Pending(++lastId, draft, requester, ASKED, dueNanos));
    }

    /** Takes what the client asks for by itself. */
    void addOwn(Draft draft, int patience, long nowNanos) {
        add(new Pending(++lastId, draft, null, patience, nowNanos));
    }

    private void add(Pending added) {
        pending.put(added.id, added);
        unsent.add(added);
    }

    /** The next one that this connection has not carried; null if there is none. */
    @Nullable
    Pending nextUnsent() {
        return unsent.poll();
    }

    boolean hasUnsent() {
        return !unsent.isEmpty();
    }

    /** The connection is gone: whatever has no answer is sent again over the next one, under its old id. */
    void sendAllAgain() {
        unsent.clear();
        unsent.addAll(pending.values());
    }

    /** Takes out the request with this id; null if none waits. */
    @Nullable
    Pending take(long id) {
        Pending taken = pending.remove(id);
        if (taken != null && !taken.everSent) {
            unsent.remove(taken);
        }
        return taken;
    }

    /**
     * Those whose time is over and whose requester was not told yet. One that was sent stays, without its requester, so that
     * what it did is known; one that was not is gone.
     */
    List<Pending> takeLate(long nowNanos) {
        List<Pending> late = new ArrayList<>();
        for (Iterator<Pending> all = pending.values().iterator(); all.hasNext(); ) {
            Pending one = all.next();
            if (one.requester != null && one.dueNanos - nowNanos <= 0) {
                late.add(one);
                if (!one.everSent) {
                    all.remove();
                    unsent.remove(one);
                }
            }
        }
        return late;
    }

    /** The first that has a requester: it is the next whose time will be over; null if there is none. */
    @Nullable
    Pending nextLate() {
        for (Pending one : pending.values()) {
            if (one.requester != null) {
                return one;
            }
        }
        return null;
    }

    long dueNanos(Pending one) {
        return one.dueNanos;
    }

    /** Takes out all. */
    List<Pending> takeAll() {
        List<Pending> all = List.copyOf(pending.values());
        pending.clear();
        unsent.clear();
        return all;
    }

    Collection<Pending> all() {
        return pending.values();
    }
}
