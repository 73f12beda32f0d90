package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one driver has received and not yet sent: datagrams behind one another in one buffer, which are let go a row at a time. So
 * the kernel's way in and its way out stay in the CPU's cache, each for a while, and whoever receives is woken for several at once.
 *
 * <p>Order is kept between all datagrams, whichever sockets they leave by. Bytes in the buffer that was handed out are not copied;
 * all others are, behind it.
 *
 * <p>Owner: one shard's thread.
 */
final class DatagramQueue {

    /** How many datagrams go in one row; longer rows were measured as well, and saved less. */
    static final int MOST = 16;

    /** The longest datagram that there is room for, in bytes. */
    static final int LONGEST = 65_535;

    /** The buffer, in bytes: a row of usual datagrams takes its beginning alone, which is used again after each row. */
    static final int BYTES = 256 << 10;

    /** A line of the CPU's cache, in bytes: payloads that are received begin one. A power of two. */
    private static final int LINE = 64;

    /** A socket that datagrams leave by. */
    interface Outlet {

        /** Sends one datagram, whose bytes are valid during the call; one that cannot leave is dropped and counted. */
        void sendNow(TransportAddress to, ByteBuffer data);
    }

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BYTES + LINE - 1).alignedSlice(LINE);

    /** The same bytes: the buffer itself is the handler's while one runs. */
    private final ByteBuffer bytes = buffer.duplicate();

    private final @Nullable Outlet[] outlets = new Outlet[MOST];
    private final @Nullable TransportAddress[] targets = new TransportAddress[MOST];
    private final int[] starts = new int[MOST];
    private final int[] ends = new int[MOST];

    private int size;
    private int sent;

    /** Where the datagram begins that is received next or was received last. */
    private int start;

    /** Where the datagram that was received last ends: until the next one, its bytes are the handler's. */
    private int receivedEnd;

    /** Where the bytes end that wait; 0 if none do. */
    private int waitingEnd;

    /** The buffer, set to room for the longest datagram. The one that was received last gives its room up, unless it waits. */
    ByteBuffer room() {
        start = nextStart();
        if (start + LONGEST > BYTES) {
            flush();
            start = nextStart();
        }
        return buffer.clear().limit(start + LONGEST).position(start);
    }

    private int nextStart() {
        return ((waitingEnd + LINE - 1) & -LINE) + Shard.HEADROOM;
    }

    /** The buffer, set to the datagram that was put into its {@link #room}; valid, with its headroom, until the next one is. */
    ByteBuffer received() {
        receivedEnd = buffer.position();
        return buffer.limit(receivedEnd).position(start);
    }

    /** Takes one datagram. The buffer may be reused after this, unless it is the one of {@link #received}; its position is undefined. */
    @SuppressWarnings("ReferenceEquality") // this very buffer, not one of the same bytes
    void add(Outlet outlet, TransportAddress to, ByteBuffer data) {
        if (data == buffer) {
            waitingEnd = Math.max(waitingEnd, receivedEnd);
            hold(outlet, to, data.position(), data.limit());
        } else {
            addCopy(outlet, to, data);
        }
    }

    private void addCopy(Outlet outlet, TransportAddress to, ByteBuffer data) {
        int length = data.remaining();
        if (copyStart() + length > BYTES) {
            flush();
        }
        int from = copyStart();
        if (from + length > BYTES) {
            outlet.sendNow(to, data);
            return;
        }
        bytes.limit(from + length).position(from);
        bytes.put(data);
        waitingEnd = from + length;
        hold(outlet, to, from, waitingEnd);
    }

    private int copyStart() {
        return Math.max(waitingEnd, receivedEnd);
    }

    private void hold(Outlet outlet, TransportAddress to, int from, int end) {
        outlets[size] = outlet;
        targets[size] = to;
        starts[size] = from;
        ends[size] = end;
        size++;
        if (size == MOST) {
            flush();
        }
    }

    /** Sends everything, perhaps while a handler runs. One that throws, which is a defect, does not keep back those behind it. */
    void flush() {
        try {
            while (sent < size) {
                sendNext();
            }
        } finally {
            if (sent < size) {
                flush();
            }
            sent = 0;
            size = 0;
            waitingEnd = 0;
        }
    }

    private void sendNext() {
        int index = sent++;
        Outlet outlet = outlets[index];
        TransportAddress to = targets[index];
        outlets[index] = null; // a relay that is closed is not kept by what it sent
        targets[index] = null;
        if (outlet != null && to != null) { // as they always are
            outlet.sendNow(to, bytes.limit(ends[index]).position(starts[index]));
        }
    }
}
