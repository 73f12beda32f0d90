package dev.postern.natsim.fabric;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The sending half of a connection: what is not yet acknowledged, what may be sent now, and what must be sent again. It
 * counts bytes from 0, the SYN, and keeps at most {@value #MAX_BUFFERED} of them. Congestion control is that of RFC 5681 with
 * the partial acknowledgements of RFC 6582, without SACK.
 */
final class TcpSender {

    static final int MAX_BUFFERED = 1 << 20;

    private static final long SEQUENCE_MASK = 0xFFFFFFFFL;
    private static final int INITIAL_WINDOW_SEGMENTS = 10;
    private static final int DUPLICATES_FOR_LOSS = 3;
    private static final int FIRST_CAPACITY = 1024;

    private final long initialSequence;
    private byte[] buffer = new byte[0];
    /** The position of the first byte in the buffer. */
    private long bufferAt = 1;

    private int buffered;
    private boolean finQueued;
    private long unacknowledged;
    private long next;
    private long highest;
    private long recoverTo = -1;
    private int duplicates;
    private int segmentBytes;
    private long window = TcpReceiver.WINDOW_BYTES;
    private long congestionWindow;
    private long slowStartUntil = Long.MAX_VALUE;

    TcpSender(long initialSequence, int segmentBytes) {
        this.initialSequence = initialSequence;
        this.segmentBytes = segmentBytes;
        this.congestionWindow = (long) INITIAL_WINDOW_SEGMENTS * segmentBytes;
    }

    /** Adds as many bytes as there is room for; answers how many. */
    int offer(ByteBuffer data) {
        int bytes = Math.min(data.remaining(), MAX_BUFFERED - buffered);
        if (buffered + bytes > buffer.length) {
            int capacity = Math.max(Math.max(FIRST_CAPACITY, 2 * buffer.length), buffered + bytes);
            buffer = Arrays.copyOf(buffer, Math.min(capacity, MAX_BUFFERED));
        }
        data.duplicate().get(buffer, buffered, bytes);
        buffered += bytes;
        return bytes;
    }

    /** After what is in the buffer comes the end. */
    void finish() {
        finQueued = true;
    }

    /** The position behind the last byte, or behind the FIN. */
    private long end() {
        return bufferAt + buffered + (finQueued ? 1 : 0);
    }

    long sequence(long position) {
        return (initialSequence + position) & SEQUENCE_MASK;
    }

    long next() {
        return next;
    }

    /** Behind all that was ever sent. */
    long highest() {
        return highest;
    }

    /** The place of an acknowledgement number. */
    long position(long acknowledgement) {
        return unacknowledged + (int) (acknowledgement - sequence(unacknowledged));
    }

    boolean hasUnacknowledged() {
        return unacknowledged < highest;
    }

    /** Whether the position lies within what was sent. */
    boolean wasSent(long position) {
        return position <= highest;
    }

    long unacknowledged() {
        return unacknowledged;
    }

    /** Whether the FIN was sent and acknowledged. */
    boolean isFinished() {
        return finQueued && unacknowledged == end();
    }

    /** The SYN has been sent. */
    void synSent() {
        next = 1;
        highest = Math.max(highest, 1);
    }

    void windowIs(int bytes) {
        window = bytes;
    }

    /** What to send next, from {@link #next} on; empty if nothing may be sent now. Short ones only while all are acknowledged. */
    ByteBuffer nextSegment() {
        long room = Math.min(window, congestionWindow) - (next - unacknowledged);
        long bytes = Math.max(0, Math.min(segmentBytes, bufferAt + buffered - next));
        long now = bytes <= room ? bytes : next == unacknowledged ? room : 0;
        return slice(next, (int) Math.max(0, now));
    }

    /** What stands first of what is not acknowledged, to be sent again. */
    ByteBuffer firstSegment() {
        long left = bufferAt + buffered - unacknowledged;
        return slice(unacknowledged, (int) Math.max(0, Math.min(segmentBytes, left)));
    }

    private ByteBuffer slice(long from, int bytes) {
        if (bytes == 0) {
            return ByteBuffer.allocate(0);
        }
        return ByteBuffer.wrap(Arrays.copyOfRange(buffer, (int) (from - bufferAt), (int) (from - bufferAt) + bytes));
    }

    /** Whether a segment of so many bytes at the position carries the FIN. */
    boolean carriesFin(long position, int bytes) {
        return finQueued && position + bytes == bufferAt + buffered;
    }

    /** Whether the FIN is next, and no bytes before it. */
    boolean isFinNext() {
        return finQueued && next == bufferAt + buffered;
    }

    void sent(int bytes, boolean fin) {
        next += bytes + (fin ? 1 : 0);
        highest = Math.max(highest, next);
    }

    /** Something new was acknowledged; true if the first segment must be sent again, because more than one was lost. */
    boolean acknowledged(long position) {
        long fresh = position - unacknowledged;
        unacknowledged = position;
        next = Math.max(next, position);
        forget(position);
        duplicates = 0;
        if (recoverTo >= 0 && position < recoverTo) {
            return true;
        }
        recoverTo = -1;
        congestionWindow += congestionWindow < slowStartUntil
                ? Math.min(fresh, segmentBytes)
                : Math.max(1, (long) segmentBytes * segmentBytes / congestionWindow);
        return false;
    }

    private void forget(long position) {
        int bytes = (int) Math.min(buffered, position - bufferAt);
        if (bytes > 0) {
            System.arraycopy(buffer, bytes, buffer, 0, buffered - bytes);
            buffered -= bytes;
            bufferAt += bytes;
        }
    }

    /** The same was acknowledged again; true if that says that the first segment was lost. */
    boolean acknowledgedAgain() {
        duplicates++;
        if (duplicates != DUPLICATES_FOR_LOSS || recoverTo >= 0) {
            return false;
        }
        recoverTo = highest;
        halve();
        congestionWindow = slowStartUntil;
        return true;
    }

    /** Nothing was acknowledged in time: begins again where that ended. */
    void onTimeout() {
        halve();
        congestionWindow = segmentBytes;
        recoverTo = -1;
        duplicates = 0;
        next = Math.max(1, unacknowledged);
    }

    private void halve() {
        slowStartUntil = Math.max((highest - unacknowledged) / 2, 2L * segmentBytes);
    }

    /** Sends segments of at most so many bytes from now on, and again what was longer. */
    void segmentsAre(int bytes) {
        if (bytes < segmentBytes) {
            segmentBytes = bytes;
            next = Math.max(1, unacknowledged);
        }
    }
}
