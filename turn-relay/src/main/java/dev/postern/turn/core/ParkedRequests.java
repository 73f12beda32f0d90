package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.time.Deadlines;
import dev.postern.stun.time.Deadlines.Deadline;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Copies of requests that wait until somebody else has said who their user is: one for each transaction of a 5-tuple, bounded in
 * count, bytes and age. What does not fit or waits too long is dropped without an answer; its client sends it again. Belongs to
 * the thread of its engine.
 */
final class ParkedRequests {

    static final int MAX_COUNT = 1024;
    static final int MAX_BYTES = 512 * 1024;

    /** Longer than an answer takes, shorter than the 9.5 s after which clients have sent a request seven times. */
    static final Duration MAX_AGE = Duration.ofSeconds(8);

    private record Key(FiveTuple path, TransactionId id) {}

    /** A request that waits. */
    record Parked(FiveTuple path, String username, ByteBuffer bytes, Deadline timeout) {}

    private final Deadlines deadlines;
    private final Tally tally;
    private final Map<Key, Parked> byKey = new LinkedHashMap<>();
    private int bytes;

    ParkedRequests(Deadlines deadlines, Tally tally) {
        this.deadlines = deadlines;
        this.tally = tally;
    }

    /** Whether this very request waits already. */
    boolean has(FiveTuple path, TransactionId id) {
        return byKey.containsKey(new Key(path, id));
    }

    /** Keeps a copy of the request, or counts that there is no room for it. */
    void park(long nowNanos, FiveTuple path, StunMessage request, String username) {
        int size = request.sizeBytes();
        if (byKey.size() >= MAX_COUNT || bytes + size > MAX_BYTES) {
            tally.add(TurnCounter.REQUESTS_NOT_PARKED);
            return;
        }
        ByteBuffer copy = ByteBuffer.allocate(size);
        copy.put(0, request.buffer(), request.offset(), size);
        Key key = new Key(path, request.transactionId());
        Deadline timeout = deadlines.create(due -> timeOut(key));
        timeout.schedule(nowNanos + MAX_AGE.toNanos());
        byKey.put(key, new Parked(path, username, copy, timeout));
        bytes += size;
        tally.add(TurnCounter.REQUESTS_PARKED);
    }

    private void timeOut(Key key) {
        Parked late = byKey.remove(key);
        if (late != null) {
            bytes -= late.bytes.capacity();
            tally.add(TurnCounter.PARKED_REQUESTS_TIMED_OUT);
        }
    }

    /** Takes out all requests of this user, the first one first. */
    List<Parked> take(String username) {
        List<Parked> taken = takeIf(parked -> parked.username.equals(username));
        release(taken);
        return taken;
    }

    private List<Parked> takeIf(Predicate<Parked> wanted) {
        List<Parked> taken = new ArrayList<>();
        byKey.values().removeIf(parked -> wanted.test(parked) && taken.add(parked));
        return taken;
    }

    private void release(List<Parked> taken) {
        for (Parked parked : taken) {
            parked.timeout.cancel();
            bytes -= parked.bytes.capacity();
        }
    }

    /** Forgets what waits for a client whose stream has ended: an allocation of his would outlive him. */
    void drop(FiveTuple path) {
        if (!byKey.isEmpty()) {
            release(takeIf(parked -> parked.path.equals(path)));
        }
    }

    int size() {
        return byKey.size();
    }

    int sizeBytes() {
        return bytes;
    }
}
