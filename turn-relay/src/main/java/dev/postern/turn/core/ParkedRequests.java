package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.time.Deadlines;
import dev.postern.stun.time.Deadlines.Deadline;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Copies of requests that wait until somebody else has said who their user is: one for each transaction of a 5-tuple, bounded in
 * count and bytes, in all and for one source (an IPv4 address, an IPv6 /64), in age, and in the names that one source waits for. What
 * does not fit or waits too long is dropped without an answer; its client sends it again. Belongs to the thread of its engine.
 */
final class ParkedRequests {

    static final int MAX_COUNT = 1024;
    static final int MAX_BYTES = 512 * 1024;
    static final int SOURCE_COUNT = 64;
    static final int SOURCE_BYTES = 32 * 1024;
    static final int SOURCE_NAMES = 16;

    /** Longer than an answer takes, shorter than the 9.5 s after which clients have sent a request seven times. */
    static final Duration MAX_AGE = Duration.ofSeconds(8);

    private record Key(FiveTuple path, TransactionId id) {}

    /** A request that waits. */
    record Parked(FiveTuple path, String username, ByteBuffer bytes, Deadline timeout) {
        private IpAddress source() {
            return path.client().ip().source();
        }
    }

    /** What waits for one source. */
    private static final class Share {
        private final Map<String, Integer> names = new HashMap<>();
        private int count;
        private int bytes;

        void add(Parked request) {
            names.merge(request.username, 1, Integer::sum);
            count++;
            bytes += request.bytes.capacity();
        }

        void remove(Parked request) {
            names.computeIfPresent(request.username, (name, many) -> many > 1 ? many - 1 : null);
            count--;
            bytes -= request.bytes.capacity();
        }
    }

    private final Deadlines deadlines;
    private final Tally tally;
    private final Map<Key, Parked> byKey = new LinkedHashMap<>();
    private final Map<IpAddress, Share> bySource = new HashMap<>();
    private int bytes;

    ParkedRequests(Deadlines deadlines, Tally tally) {
        this.deadlines = deadlines;
        this.tally = tally;
    }

    /** Whether this very request waits already. */
    boolean has(FiveTuple path, TransactionId id) {
        return byKey.containsKey(new Key(path, id));
    }

    /** Whether any request of this client waits. */
    boolean has(FiveTuple path) {
        return byKey.values().stream().anyMatch(parked -> parked.path.equals(path));
    }

    /** Whether a request of this source waits for this user. */
    boolean holds(IpAddress source, String username) {
        Share share = bySource.get(source);
        return share != null && share.names.containsKey(username);
    }

    /** Whether this source may wait for one more user. */
    boolean hasRoomForName(IpAddress source) {
        Share share = bySource.get(source);
        return share == null || share.names.size() < SOURCE_NAMES;
    }

    /** Whether a request of this length may be parked for this client. */
    boolean hasRoom(FiveTuple path, int size) {
        Share share = bySource.get(path.client().ip().source());
        boolean shareHasRoom =
                share == null ? size <= SOURCE_BYTES : share.count < SOURCE_COUNT && share.bytes + size <= SOURCE_BYTES;
        return shareHasRoom && byKey.size() < MAX_COUNT && bytes + size <= MAX_BYTES;
    }

    /** Keeps a copy of the request, for which there must be {@link #hasRoom}. */
    void park(long nowNanos, FiveTuple path, StunMessage request, String username) {
        int size = request.sizeBytes();
        ByteBuffer copy = ByteBuffer.allocate(size);
        copy.put(0, request.buffer(), request.offset(), size);
        Key key = new Key(path, request.transactionId());
        Deadline timeout = deadlines.create(due -> timeOut(key));
        timeout.schedule(nowNanos + MAX_AGE.toNanos());
        Parked parked = new Parked(path, username, copy, timeout);
        byKey.put(key, parked);
        bySource.computeIfAbsent(parked.source(), source -> new Share()).add(parked);
        bytes += size;
        tally.add(TurnCounter.REQUESTS_PARKED);
    }

    private void timeOut(Key key) {
        Parked late = byKey.remove(key);
        if (late != null) {
            release(late);
            tally.add(TurnCounter.PARKED_REQUESTS_TIMED_OUT);
        }
    }

    /** Takes out all requests of this user, the first one first. */
    List<Parked> take(String username) {
        return takeIf(parked -> parked.username.equals(username));
    }

    private List<Parked> takeIf(Predicate<Parked> wanted) {
        List<Parked> taken = new ArrayList<>();
        byKey.values().removeIf(parked -> wanted.test(parked) && taken.add(parked));
        taken.forEach(this::release);
        return taken;
    }

    private void release(Parked parked) {
        parked.timeout.cancel();
        bytes -= parked.bytes.capacity();
        bySource.computeIfPresent(parked.source(), (source, share) -> {
            share.remove(parked);
            return share.count > 0 ? share : null;
        });
    }

    /** Forgets what waits for a client whose stream has ended: an allocation of his would outlive him. */
    void drop(FiveTuple path) {
        if (!byKey.isEmpty()) {
            takeIf(parked -> parked.path.equals(path));
        }
    }

    int size() {
        return byKey.size();
    }

    int sizeBytes() {
        return bytes;
    }

    /** How many sources something waits for. */
    int sources() {
        return bySource.size();
    }
}
