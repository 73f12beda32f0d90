package dev.postern.stun.time;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Answers, kept for requests that are sent again: the same transaction id on the same 5-tuple within {@link #LIFETIME}
 * gets the same bytes, and has no second effect (RFC 8489 section 6.3.1).
 *
 * <p>Bounded in count and in bytes: where a new answer does not fit, the oldest go. Storing makes no garbage once the cache has
 * grown to what is asked of it. One owner thread.
 */
public final class ResponseCache {

    /** How long an answer is kept: RFC 8489 section 6.3.1 asks for 40 seconds. */
    public static final Duration LIFETIME = Duration.ofSeconds(40);

    /*
     * Answers stand in a ring in the order of their age, and their bytes in a second ring in the same order, so that the oldest
     * one always frees what the next one takes. Whichever ring is full doubles until it reaches its bound. An answer is found
     * through a table of open addressing, at most half full, of its place in the ring.
     */
    private static final long LIFETIME_NANOS = LIFETIME.toNanos();
    private static final int EXPIRED_PER_STORE = 2; // more than the one that is added, so that what is old wears off
    private static final int FIRST_COUNT = 16;
    private static final int FIRST_BYTES = 2048;
    private static final int NOWHERE = -1;

    private final int maxCount;
    private final int maxBytes;
    private @Nullable FiveTuple[] paths = new FiveTuple[FIRST_COUNT];
    private @Nullable TransactionId[] ids = new TransactionId[FIRST_COUNT];
    private long[] storedNanos = new long[FIRST_COUNT];
    private int[] lengths = new int[FIRST_COUNT];
    private int[] starts = new int[FIRST_COUNT];
    private int[] slots = emptyTable(FIRST_COUNT);
    private byte[] ring = new byte[FIRST_BYTES];
    private int oldest;
    private int count;
    private int firstByte;
    private int bytes;

    /**
     * @param maxCount the most answers that are kept, at least 1
     * @param maxBytes the most bytes that all answers together have, at most 1 GiB
     */
    public ResponseCache(int maxCount, long maxBytes) {
        if (maxCount < 1 || maxBytes < 0 || maxBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "a response cache of " + maxCount + " answers and " + maxBytes + " bytes");
        }
        this.maxCount = maxCount;
        this.maxBytes = (int) maxBytes;
    }

    /**
     * The answer to this transaction, a read-only copy from its first byte to its last, or null if there is none any more.
     */
    public @Nullable ByteBuffer find(long nowNanos, FiveTuple path, TransactionId id) {
        int slot = slotOf(path, id);
        if (slot == NOWHERE || isExpired(slots[slot], nowNanos)) {
            return null;
        }
        int place = slots[slot];
        byte[] copy = new byte[lengths[place]];
        int untilEnd = Math.min(copy.length, ring.length - starts[place]);
        System.arraycopy(ring, starts[place], copy, 0, untilEnd);
        System.arraycopy(ring, 0, copy, untilEnd, copy.length - untilEnd);
        return ByteBuffer.wrap(copy).asReadOnlyBuffer();
    }

    /**
     * Keeps a copy of the bytes between the position and the limit of {@code response}, which do not move. An answer
     * that is there already stays. One that is larger than the whole cache is not kept.
     */
    public void store(long nowNanos, FiveTuple path, TransactionId id, ByteBuffer response) {
        int responseBytes = response.remaining();
        removeExpired(nowNanos, EXPIRED_PER_STORE);
        int present = slotOf(path, id);
        if (responseBytes > maxBytes || (present != NOWHERE && !isExpired(slots[present], nowNanos))) {
            return;
        }
        if (present != NOWHERE) {
            free(present); // too old: its place in the rings goes when its turn comes
        }
        while (count >= maxCount || bytes + responseBytes > maxBytes) {
            removeOldest();
        }
        makeRoom(responseBytes);
        int place = (oldest + count) % paths.length;
        paths[place] = path;
        ids[place] = id;
        storedNanos[place] = nowNanos;
        lengths[place] = responseBytes;
        starts[place] = (firstByte + bytes) % ring.length;
        put(response, starts[place]);
        count++;
        bytes += responseBytes;
        enter(place);
    }

    private void put(ByteBuffer response, int start) {
        int untilEnd = Math.min(response.remaining(), ring.length - start);
        response.get(response.position(), ring, start, untilEnd);
        response.get(response.position() + untilEnd, ring, 0, response.remaining() - untilEnd);
    }

    /** Drops what is too old, at most {@code limit} answers; returns how many. */
    public int removeExpired(long nowNanos, int limit) {
        int removed = 0;
        while (removed < limit && count > 0 && isExpired(oldest, nowNanos)) {
            removeOldest();
            removed++;
        }
        return removed;
    }

    /** The number of answers that are kept, also those that are too old and not dropped yet. */
    public int size() {
        return count;
    }

    /** The bytes of all answers that are kept. */
    public long sizeBytes() {
        return bytes;
    }

    private boolean isExpired(int place, long nowNanos) {
        return nowNanos - storedNanos[place] >= LIFETIME_NANOS;
    }

    private void removeOldest() {
        int slot = slotOfPlace(oldest);
        if (slot != NOWHERE) {
            free(slot);
        }
        paths[oldest] = null;
        ids[oldest] = null;
        firstByte = (firstByte + lengths[oldest]) % ring.length;
        bytes -= lengths[oldest];
        oldest = (oldest + 1) % paths.length;
        count--;
    }

    private void makeRoom(int responseBytes) {
        if (count == paths.length) {
            growAnswers(Math.min(2 * count, maxCount));
        }
        if (bytes + responseBytes > ring.length) {
            int doubled = Math.min(2 * ring.length, maxBytes);
            growBytes(Math.max(doubled, bytes + responseBytes));
        }
    }

    private void growAnswers(int length) {
        paths = unrolled(paths, new FiveTuple[length]);
        ids = unrolled(ids, new TransactionId[length]);
        storedNanos = unrolled(storedNanos, new long[length]);
        lengths = unrolled(lengths, new int[length]);
        starts = unrolled(starts, new int[length]);
        boolean[] found = new boolean[count];
        for (int slot : slots) {
            if (slot != NOWHERE) {
                found[(slot - oldest + count) % count] = true;
            }
        }
        oldest = 0;
        slots = emptyTable(length);
        for (int place = 0; place < count; place++) {
            if (found[place]) {
                enter(place);
            }
        }
    }

    /** A full ring's arrays, the oldest answer first. */
    private <A> A unrolled(A full, A larger) {
        System.arraycopy(full, oldest, larger, 0, count - oldest);
        System.arraycopy(full, 0, larger, count - oldest, oldest);
        return larger;
    }

    private void growBytes(int length) {
        byte[] larger = new byte[length];
        int untilEnd = Math.min(bytes, ring.length - firstByte);
        System.arraycopy(ring, firstByte, larger, 0, untilEnd);
        System.arraycopy(ring, 0, larger, untilEnd, bytes - untilEnd);
        for (int i = 0; i < count; i++) {
            int place = (oldest + i) % paths.length;
            starts[place] = (starts[place] - firstByte + ring.length) % ring.length;
        }
        firstByte = 0;
        ring = larger;
    }

    private static int[] emptyTable(int answers) {
        int[] table = new int[2 * Integer.highestOneBit(2 * answers - 1)];
        Arrays.fill(table, NOWHERE);
        return table;
    }

    private int home(int place) {
        return home(paths[place], ids[place]);
    }

    private int home(@Nullable FiveTuple path, @Nullable TransactionId id) {
        int hash = path == null || id == null ? 0 : path.hashCode() * 31 + id.hashCode();
        return (hash ^ hash >>> 16) & slots.length - 1;
    }

    private int next(int slot) {
        return slot + 1 & slots.length - 1;
    }

    private void enter(int place) {
        int slot = home(place);
        while (slots[slot] != NOWHERE) {
            slot = next(slot);
        }
        slots[slot] = place;
    }

    private int slotOf(FiveTuple path, TransactionId id) {
        int slot = home(path, id);
        while (slots[slot] != NOWHERE) {
            if (id.equals(ids[slots[slot]]) && path.equals(paths[slots[slot]])) {
                return slot;
            }
            slot = next(slot);
        }
        return NOWHERE;
    }

    private int slotOfPlace(int place) {
        int slot = home(place);
        while (slots[slot] != NOWHERE && slots[slot] != place) {
            slot = next(slot);
        }
        return slots[slot] == place ? slot : NOWHERE;
    }

    /** Empties a slot, and moves those behind it up that would not be found over the gap. */
    private void free(int slot) {
        int gap = slot;
        for (int at = next(gap); slots[at] != NOWHERE; at = next(at)) {
            int distanceToHome = at - home(slots[at]) & slots.length - 1;
            int distanceToGap = at - gap & slots.length - 1;
            if (distanceToHome >= distanceToGap) {
                slots[gap] = slots[at];
                gap = at;
            }
        }
        slots[gap] = NOWHERE;
    }
}
