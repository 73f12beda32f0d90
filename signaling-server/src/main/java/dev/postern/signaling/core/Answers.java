package dev.postern.signaling.core;

import dev.postern.signaling.cluster.SessionState;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answers that one session was given, by request id, so that a request that comes again has no second effect.
 * Bounded in count and bytes: the oldest give way, and an id as low as one that gave way is stale. Owned by the hub.
 */
final class Answers {

    /** How many answers are kept. */
    static final int MAX_ANSWERS = 256;

    /** How many bytes of answers are kept; the latest always is. */
    static final int MAX_BYTES = 65_536;

    private final Map<Long, Kept> kept = new LinkedHashMap<>();
    private long staleUpTo;
    private int bytes;

    private record Kept(ServerMessage answer, int bytes) {}

    /** The answer that this id was given; null if it has none here. */
    @Nullable
    ServerMessage find(long id) {
        Kept found = kept.get(id);
        return found == null ? null : found.answer();
    }

    /** Whether an id without an answer here may have had one. */
    boolean isStale(long id) {
        return id <= staleUpTo;
    }

    void put(long id, ServerMessage answer) {
        int weight = Weight.of(answer);
        kept.put(id, new Kept(answer, weight));
        bytes += weight;
        Iterator<Map.Entry<Long, Kept>> oldest = kept.entrySet().iterator();
        while (kept.size() > MAX_ANSWERS || (bytes > MAX_BYTES && kept.size() > 1)) {
            Map.Entry<Long, Kept> gone = oldest.next();
            bytes -= gone.getValue().bytes();
            staleUpTo = Math.max(staleUpTo, gone.getKey());
            oldest.remove();
        }
    }

    /** All that are kept, oldest first. */
    List<SessionState.Answered> all() {
        List<SessionState.Answered> all = new ArrayList<>();
        kept.forEach((id, one) -> all.add(new SessionState.Answered(id, one.answer())));
        return all;
    }

    long staleUpTo() {
        return staleUpTo;
    }

    /** Goes on with what another node remembered. */
    void restore(long stale, List<SessionState.Answered> all) {
        staleUpTo = stale;
        all.forEach(one -> put(one.id(), one.answer()));
    }

    int size() {
        return kept.size();
    }

    int bytes() {
        return bytes;
    }
}
