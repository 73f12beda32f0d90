package dev.postern.transport;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Slots that datagrams are received into, each with {@link Shard#HEADROOM} in front, and the message headers for it. A slot is used
 * again after {@link #reset}, when nothing that waits to be sent lies in it any more.
 *
 * <p>A train is several datagrams of one source that the kernel puts behind one another in one slot (UDP_GRO): all of one size but
 * the last, which may be shorter. The datagrams behind the first have no headroom of their own: what a handler writes in front of
 * one of them lies in the end of the one before, which may still have to be sent. So these bytes are kept aside while the handler
 * runs, and are put back when it has returned, and for as long as the queue is let go while it runs.
 *
 * <p>Owner: one shard's thread.
 */
final class ReceiveRing {

    static final int SLOTS = 64;

    private static final int LONGEST_DATAGRAM = 65_535;
    private static final int CONTROL_ROOM = 64;

    /** A slot's bytes; not a multiple of the page size, or all headers would fall on the same lines of the cache. */
    private static final int STRIDE = Shard.HEADROOM + LONGEST_DATAGRAM + 1 + 192;

    private final long messages;
    private final long names;
    private final long vectors;
    private final long controls;
    private final long data;
    private final ByteBuffer buffer;
    private final long kept;
    private final long written;

    private int used;
    private int first;
    private int datagramBytes;
    private int trafficClass;
    private long start;
    private boolean keeping;

    ReceiveRing(Arena arena, Libc libc) throws IOException {
        this.messages =
                arena.allocate((long) SLOTS * Messages.MESSAGE_BYTES, 64).address();
        this.names = arena.allocate((long) SLOTS * Sockaddr.BYTES, 64).address();
        this.vectors = arena.allocate((long) SLOTS * Messages.SLICE_BYTES, 64).address();
        this.controls = arena.allocate((long) SLOTS * CONTROL_ROOM, 64).address();
        MemorySegment area = libc.map((long) SLOTS * STRIDE, arena);
        this.data = area.address();
        this.buffer = area.asByteBuffer();
        this.kept = arena.allocate(2L * Shard.HEADROOM, 64).address();
        this.written = kept + Shard.HEADROOM;
        for (int slot = 0; slot < SLOTS; slot++) {
            long message = message(slot);
            long vector = vectors + (long) slot * Messages.SLICE_BYTES;
            Native.putLong(message + Messages.NAME, name(slot));
            Native.putLong(message + Messages.VECTOR, vector);
            Native.putLong(message + Messages.VECTOR_LENGTH, 1);
            Native.putLong(message + Messages.CONTROL, controls + (long) slot * CONTROL_ROOM);
            Native.putLong(vector, payload(slot));
            Native.putLong(vector + Messages.SLICE_LENGTH, LONGEST_DATAGRAM);
        }
    }

    private long message(int slot) {
        return messages + (long) slot * Messages.MESSAGE_BYTES;
    }

    private long payload(int slot) {
        return data + (long) slot * STRIDE + Shard.HEADROOM;
    }

    private long name(int slot) {
        return names + (long) slot * Sockaddr.BYTES;
    }

    /** Whether this many more slots are free. */
    boolean has(int slots) {
        return used + slots <= SLOTS;
    }

    /** Frees all slots. Nothing that lies in one may be waiting to be sent. */
    void reset() {
        used = 0;
    }

    /**
     * Receives messages without waiting; {@link #has} must hold for so many.
     *
     * @return how many came, or the negative error number
     */
    int receive(int fd, int most) {
        first = used;
        for (int slot = first; slot < first + most; slot++) {
            long message = message(slot);
            Native.putInt(message + Messages.NAME_BYTES, Sockaddr.BYTES);
            Native.putLong(message + Messages.CONTROL_BYTES, CONTROL_ROOM);
        }
        int count;
        if (most == 1) {
            int bytes = Libc.recvmsg(fd, message(first));
            Native.putInt(message(first) + Messages.RECEIVED_BYTES, bytes);
            count = bytes < 0 ? bytes : 1;
        } else {
            count = Libc.recvmmsg(fd, message(first), most);
        }
        used += Math.max(count, 0);
        return count;
    }

    /** The bytes of a message of the last {@link #receive}. */
    int bytes(int index) {
        return Native.getInt(message(first + index) + Messages.RECEIVED_BYTES);
    }

    /** Where its source's address lies. */
    long source(int index) {
        return name(first + index);
    }

    /** Reads what came beside a message, for {@link #datagramBytes} and {@link #trafficClass}. */
    void readControls(int index) {
        long message = message(first + index);
        datagramBytes = bytes(index);
        trafficClass = 0;
        long at = Native.getLong(message + Messages.CONTROL);
        long end = at + Native.getLong(message + Messages.CONTROL_BYTES);
        for (; Messages.isControl(at, end); at = Messages.nextControl(at)) {
            int level = Native.getInt(at + Messages.CONTROL_LEVEL);
            int type = Native.getInt(at + Messages.CONTROL_TYPE);
            if (level == Messages.SOL_UDP && type == Messages.UDP_GRO) {
                datagramBytes = Math.max(1, Native.getInt(at + Messages.CONTROL_VALUE));
            } else if ((level == HeaderOptions.SOL_IP && type == HeaderOptions.IP_TOS)
                    || (level == HeaderOptions.SOL_IPV6 && type == HeaderOptions.IPV6_TCLASS)) {
                trafficClass = trafficClassAt(at);
            }
        }
    }

    /** The kernel tells IPv4's as a byte and IPv6's as a number. */
    private static int trafficClassAt(long control) {
        long value = control + Messages.CONTROL_VALUE;
        boolean isByte = Native.getLong(control + Messages.CONTROL_LENGTH) < Messages.CONTROL_VALUE + Integer.BYTES;
        return isByte ? Native.getByte(value) : Native.getInt(value) & 0xFF;
    }

    /** The size of the datagrams that the message consists of; its own if it is one. */
    int datagramBytes() {
        return datagramBytes;
    }

    /** DSCP and ECN of the message's packets, 0 to 255. */
    int trafficClass() {
        return trafficClass;
    }

    /** The buffer, set to one datagram; valid until {@link #done}. */
    ByteBuffer open(int index, int offset, int bytes) {
        start = payload(first + index) + offset;
        keeping = offset > 0;
        if (keeping) {
            Native.copyLongs(start - Shard.HEADROOM, kept, Shard.HEADROOM);
        }
        int position = (int) (start - data);
        return buffer.clear().limit(position + bytes).position(position);
    }

    /** The handler has returned. */
    void done() {
        if (keeping) {
            Native.copyLongs(kept, start - Shard.HEADROOM, Shard.HEADROOM);
            keeping = false;
        }
    }

    /** The queue is going to be let go, perhaps while a handler runs. */
    void hideHeader() {
        if (keeping) {
            Native.copyLongs(start - Shard.HEADROOM, written, Shard.HEADROOM);
            Native.copyLongs(kept, start - Shard.HEADROOM, Shard.HEADROOM);
        }
    }

    /** The queue is empty; the handler's header is back in its place. */
    void showHeader() {
        if (keeping) {
            Native.copyLongs(written, start - Shard.HEADROOM, Shard.HEADROOM);
        }
    }

    /** Whether these bytes need not be copied: they are the ring's own. */
    boolean owns(ByteBuffer bytes) {
        return bytes == buffer;
    }

    /** Where the bytes of {@link #owns} begin. */
    long address() {
        return data + buffer.position();
    }

    /** How many of the bytes at an address lie in front of the datagram, in the end of the one before it. */
    int borrowed(long address, int bytes) {
        return keeping && address < start ? (int) Math.min(bytes, start - address) : 0;
    }
}
