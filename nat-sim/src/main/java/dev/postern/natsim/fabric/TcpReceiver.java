package dev.postern.natsim.fabric;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The receiving half of a connection: puts what arrives in order. It counts bytes from 0, the SYN of the other side, and
 * holds what came early, within a window of {@value #WINDOW_BYTES} bytes.
 */
final class TcpReceiver {

    static final int WINDOW_BYTES = 65535;

    private static final long SEQUENCE_MASK = 0xFFFFFFFFL;

    private final long initialSequence;
    private final TreeMap<Long, ByteBuffer> early = new TreeMap<>();
    private long next = 1;
    private long finAt = Long.MAX_VALUE;

    /** After the SYN with the given sequence number. */
    TcpReceiver(long initialSequence) {
        this.initialSequence = initialSequence;
    }

    /** The next sequence number that is awaited. */
    long acknowledgement() {
        return (initialSequence + next) & SEQUENCE_MASK;
    }

    /** The place of a sequence number, taken as near to what is awaited. */
    long position(long sequence) {
        return next + (int) (sequence - acknowledgement());
    }

    /** Whether some part of a segment lies where something is awaited. */
    boolean isAwaited(long position, int bytes) {
        return position + bytes >= next && position < next + WINDOW_BYTES;
    }

    /** Whether the position is that of the next byte: all that a RST may have (RFC 9293 section 3.10.7.4). */
    boolean isNext(long position) {
        return position == next;
    }

    /** Takes a segment, and hands on what is now in order. */
    void take(long position, ByteBuffer data, boolean fin, Consumer<ByteBuffer> inOrder) {
        if (fin) {
            finAt = position + data.remaining();
        }
        if (data.hasRemaining() && position + data.remaining() <= next + WINDOW_BYTES) {
            early.merge(position, data, (old, fresh) -> old.remaining() >= fresh.remaining() ? old : fresh);
        }
        while (!early.isEmpty() && early.firstKey() <= next) {
            Map.Entry<Long, ByteBuffer> first = early.pollFirstEntry();
            int known = (int) (next - first.getKey());
            ByteBuffer bytes = first.getValue();
            if (known < bytes.remaining()) {
                ByteBuffer fresh = bytes.slice(bytes.position() + known, bytes.remaining() - known);
                next += fresh.remaining();
                inOrder.accept(fresh.asReadOnlyBuffer());
            }
        }
        if (next == finAt) {
            next++;
        }
    }

    /** Whether the other side's FIN, and with it all that it sent, has arrived. */
    boolean isFinished() {
        return next > finAt;
    }
}
