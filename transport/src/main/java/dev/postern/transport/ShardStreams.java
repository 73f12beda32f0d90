package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams that one shard owns, as its thread sees them, and those of them that were written to in this round.
 *
 * <p>Owner: the shard's thread.
 */
final class ShardStreams {

    private final Map<FiveTuple, ShardStream> open = new HashMap<>();
    private final List<ShardStream> written = new ArrayList<>();
    private @Nullable ByteBuffer frame;

    /** Takes a stream in. One that is still here under the same 5-tuple has ended, only its end was not seen yet. */
    void add(ShardStream stream) {
        ShardStream before = open.get(stream.path());
        if (before != null) {
            before.finish();
        }
        open.put(stream.path(), stream);
    }

    void remove(ShardStream stream) {
        open.remove(stream.path(), stream);
    }

    /** Queues one message to a stream; false if it is not among these. */
    boolean toClient(FiveTuple path, ByteBuffer data) {
        ShardStream stream = open.get(path);
        if (stream != null) {
            stream.write(data);
        }
        return stream != null;
    }

    /** Joins a stream to a peer's; false if it is not among these. */
    boolean join(FiveTuple path, PeerChannel peer) {
        ShardStream stream = open.get(path);
        if (stream != null) {
            stream.join(peer);
        }
        return stream != null;
    }

    /** Closes a stream; false if it is not among these. */
    boolean close(FiveTuple path) {
        ShardStream stream = open.get(path);
        if (stream != null) {
            stream.closeAfterWrites();
        }
        return stream != null;
    }

    /** Remembers that a stream has something to flush; called once per stream and round. */
    void wrote(ShardStream stream) {
        written.add(stream);
    }

    /** Lets everything go that was written in this round. */
    void flush() {
        for (int i = 0; i < written.size(); i++) {
            written.get(i).flush();
        }
        written.clear();
    }

    /** A copy of these bytes in this shard's buffer, with room in front; valid until the next call. */
    ByteBuffer copyOf(ByteBuffer bytes, int offset, int length) {
        ByteBuffer copy = frame;
        if (copy == null) {
            copy = ByteBuffer.allocateDirect(Shard.HEADROOM + StreamLimits.LONGEST_FRAME);
            frame = copy;
        }
        copy.clear().limit(Shard.HEADROOM + length).position(Shard.HEADROOM);
        copy.put(Shard.HEADROOM, bytes, offset, length);
        return copy;
    }
}
