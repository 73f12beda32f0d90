package dev.postern.stun.time;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers, kept for requests that are sent again: the same transaction id on the same 5-tuple within {@link #LIFETIME}
 * gets the same bytes, and has no second effect (RFC 8489 section 6.3.1).
 *
 * <p>Bounded in count and in bytes: where a new answer does not fit, the oldest go. One owner thread.
 */
public final class ResponseCache {

    /** How long an answer is kept: RFC 8489 section 6.3.1 asks for 40 seconds. */
    public static final Duration LIFETIME = Duration.ofSeconds(40);

    private static final long LIFETIME_NANOS = LIFETIME.toNanos();
    private static final int EXPIRED_PER_STORE = 2; // more than the one that is added, so that what is old wears off

    private record Key(FiveTuple path, TransactionId id) {}

    private record Answer(Key key, long storedNanos, ByteBuffer bytes) {}

    private final int maxCount;
    private final long maxBytes;
    private final Map<Key, Answer> answers = new HashMap<>();
    private final ArrayDeque<Answer> byAge = new ArrayDeque<>();
    private long bytes;

    /**
     * @param maxCount the most answers that are kept, at least 1
     * @param maxBytes the most bytes that all answers together have
     */
    public ResponseCache(int maxCount, long maxBytes) {
        if (maxCount < 1 || maxBytes < 0) {
            throw new IllegalArgumentException(
                    "a response cache of " + maxCount + " answers and " + maxBytes + " bytes");
        }
        this.maxCount = maxCount;
        this.maxBytes = maxBytes;
    }

    /**
     * The answer to this transaction, read-only, from its first byte to its last, or null if there is none any more.
     */
    public @Nullable ByteBuffer find(long nowNanos, FiveTuple path, TransactionId id) {
        Answer answer = answers.get(new Key(path, id));
        return answer == null || isExpired(answer, nowNanos) ? null : answer.bytes.duplicate();
    }

    /**
     * Keeps a copy of the bytes between the position and the limit of {@code response}, which do not move. An answer
     * that is there already stays. One that is larger than the whole cache is not kept.
     */
    public void store(long nowNanos, FiveTuple path, TransactionId id, ByteBuffer response) {
        int responseBytes = response.remaining();
        removeExpired(nowNanos, EXPIRED_PER_STORE);
        Key key = new Key(path, id);
        Answer present = answers.get(key);
        if (responseBytes > maxBytes || (present != null && !isExpired(present, nowNanos))) {
            return;
        }
        while (byAge.size() >= maxCount || bytes + responseBytes > maxBytes) {
            removeOldest();
        }
        ByteBuffer copy = ByteBuffer.allocate(responseBytes);
        copy.put(0, response, response.position(), responseBytes);
        Answer answer = new Answer(key, nowNanos, copy.asReadOnlyBuffer());
        byAge.add(answer);
        answers.put(key, answer);
        bytes += responseBytes;
    }

    /** Drops what is too old, at most {@code limit} answers; returns how many. */
    public int removeExpired(long nowNanos, int limit) {
        int removed = 0;
        while (removed < limit && !byAge.isEmpty() && isExpired(byAge.getFirst(), nowNanos)) {
            removeOldest();
            removed++;
        }
        return removed;
    }

    /** The number of answers that are kept, also those that are too old and not dropped yet. */
    public int size() {
        return byAge.size();
    }

    /** The bytes of all answers that are kept. */
    public long sizeBytes() {
        return bytes;
    }

    private static boolean isExpired(Answer answer, long nowNanos) {
        return nowNanos - answer.storedNanos >= LIFETIME_NANOS;
    }

    private void removeOldest() {
        Answer oldest = byAge.removeFirst();
        answers.remove(oldest.key, oldest);
        bytes -= oldest.bytes.capacity();
    }
}
