package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent, over all sockets of one driver. Datagrams of one size from one socket to one address become one message,
 * which the kernel takes apart again (UDP_SEGMENT); messages of one socket that stand side by side go out in one system call.
 *
 * <p>Order is kept between datagrams of one socket to one address. Bytes in the {@link ReceiveRing} are not copied.
 *
 * <p>Owner: one shard's thread.
 */
final class SendQueue {

    /** Messages. */
    static final int MESSAGES = 64;

    /** The most datagrams in one message that every kernel takes. */
    static final int MOST_SEGMENTS = 64;

    /** The longest datagram that is sent as one of several: a network's packet holds it, or the kernel would refuse the message. */
    static final int LONGEST_SEGMENT = 1_472;

    /** How often a message is sent that fails for what earlier ones met. */
    private static final int MOST_TRIES = 2;

    private static final int MOST_MESSAGE_BYTES = 65_000;
    private static final int SLICES = 2 * MOST_SEGMENTS;
    private static final int SLICES_STRIDE = SLICES * Messages.SLICE_BYTES + 64;
    private static final int LONGEST = 65_535;
    private static final int COPIES_BYTES = 256 << 10;
    private static final int NEWEST = 128;
    private static final int NEWEST_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(NEWEST);
    private static final int GOLDEN = 0x9E3779B1;

    private final ReceiveRing ring;
    private final SockaddrCache addresses;
    private final Outcome outcome;
    private final long messages;
    private final long names;
    private final long slices;
    private final SendControls controls;
    private final HeaderOptions options;
    private final long copies;
    private final ByteBuffer copyBuffer;

    private final @Nullable LinuxSocket[] sockets = new LinuxSocket[MESSAGES];
    private final @Nullable TransportAddress[] targets = new TransportAddress[MESSAGES];
    private final int[] segmentBytes = new int[MESSAGES];
    private final int[] datagrams = new int[MESSAGES];
    private final int[] bytes = new int[MESSAGES];
    private final int[] slicesUsed = new int[MESSAGES];
    private final int[] trafficClasses = new int[MESSAGES];
    private final boolean[] whole = new boolean[MESSAGES];
    private final boolean[] complete = new boolean[MESSAGES];

    /** By a hash of socket and target, the message that was begun last; it may be that of another pair. */
    private final int[] newest = new int[NEWEST];

    private int size;
    private int copied;
    private long batch;
    private boolean segmenting;
    private int heardClass;
    private @Nullable TransportAddress asker;

    /**
     * A queue with nothing in it.
     *
     * @param segmenting whether the kernel takes messages apart; one that does not would send all datagrams of a message as one
     */
    SendQueue(
            Arena arena,
            Libc libc,
            ReceiveRing ring,
            SockaddrCache addresses,
            HeaderOptions options,
            Outcome outcome,
            boolean segmenting)
            throws IOException {
        this.options = options;
        this.segmenting = segmenting;
        this.ring = ring;
        this.addresses = addresses;
        this.outcome = outcome;
        this.messages =
                arena.allocate((long) MESSAGES * Messages.MESSAGE_BYTES, 64).address();
        this.names = arena.allocate((long) MESSAGES * Sockaddr.BYTES, 64).address();
        this.slices = libc.map((long) MESSAGES * SLICES_STRIDE, arena).address();
        this.controls = new SendControls(arena, MESSAGES);
        MemorySegment copySegment = libc.map(COPIES_BYTES, arena);
        this.copies = copySegment.address();
        this.copyBuffer = copySegment.asByteBuffer();
        for (int i = 0; i < MESSAGES; i++) {
            Native.putLong(message(i) + Messages.NAME, name(i));
            Native.putLong(message(i) + Messages.VECTOR, vector(i));
        }
    }

    /** Told what became of datagrams. */
    interface Outcome {

        void sent(LinuxSocket socket, int datagrams, int bytes);

        void blocked(int datagrams);

        void failed(int datagrams);

        /** Asked after a datagram has failed as too long: whether it was this one, and not an earlier one that ICMP told of. */
        boolean isTooLong(LinuxSocket socket, TransportAddress target, boolean whole);
    }

    private long message(int index) {
        return messages + (long) index * Messages.MESSAGE_BYTES;
    }

    private long name(int index) {
        return names + (long) index * Sockaddr.BYTES;
    }

    private long vector(int index) {
        return slices + (long) index * SLICES_STRIDE;
    }

    /**
     * A datagram is handed in: what is sent meanwhile passes it on, so it has the same DSCP and ECN (RFC 8656 section 14).
     *
     * @param asker whom what is sent to is an answer, which has none; null if nobody is answered
     */
    void hearing(int trafficClass, @Nullable TransportAddress asker) {
        heardClass = trafficClass;
        this.asker = asker;
    }

    /** The datagram was handed in. */
    void heard() {
        heardClass = 0;
    }

    private int trafficClass(TransportAddress target) {
        return heardClass == 0 || target.equals(asker) ? 0 : heardClass;
    }

    /**
     * Takes one datagram, which {@code socket} reaches the target with.
     *
     * @param unfragmented whether it must stay whole
     */
    void add(LinuxSocket socket, TransportAddress target, ByteBuffer data, boolean unfragmented) {
        int length = data.remaining();
        if (length > LONGEST) {
            outcome.failed(1);
            return;
        }
        if (copied + length > COPIES_BYTES) {
            flush();
        }
        int index = messageFor(socket, target, length, trafficClass(target), unfragmented);
        if (ring.owns(data)) {
            long body = ring.address();
            int headBytes = ring.borrowed(body, length);
            if (headBytes > 0) {
                addSlice(index, copyHead(body, headBytes), headBytes);
            }
            addSlice(index, body + headBytes, length - headBytes);
        } else {
            addSlice(index, copy(data, length), length);
        }
        datagrams[index]++;
        bytes[index] += length;
        if (length < segmentBytes[index] || datagrams[index] == MOST_SEGMENTS) {
            complete[index] = true;
        }
    }

    /** The message that the datagram goes into: the newest of this socket to this target if it fits, else a new one. */
    private int messageFor(
            LinuxSocket socket, TransportAddress target, int length, int trafficClass, boolean unfragmented) {
        int place = ((target.hashCode() ^ socket.fd) * GOLDEN) >>> NEWEST_SHIFT;
        int index = newest[place];
        if (index < size
                && sockets[index] == socket
                && target.equals(targets[index])
                && trafficClasses[index] == trafficClass
                && whole[index] == unfragmented
                && !complete[index]
                && length > 0
                && length <= segmentBytes[index]
                && bytes[index] + length <= MOST_MESSAGE_BYTES) {
            return index;
        }
        if (size == MESSAGES) {
            flush();
        }
        index = size++;
        newest[place] = index;
        sockets[index] = socket;
        targets[index] = target;
        segmentBytes[index] = length;
        datagrams[index] = 0;
        bytes[index] = 0;
        slicesUsed[index] = 0;
        trafficClasses[index] = trafficClass;
        whole[index] = unfragmented;
        complete[index] = !segmenting || length == 0 || length > LONGEST_SEGMENT;
        socket.queuedIn = batch;
        int scope = socket.ipv4 ? 0 : addresses.scope(target);
        int nameBytes = Sockaddr.write(name(index), target, socket.ipv4, scope);
        Native.putInt(message(index) + Messages.NAME_BYTES, nameBytes);
        return index;
    }

    private void addSlice(int index, long address, int length) {
        long slice = vector(index) + (long) slicesUsed[index]++ * Messages.SLICE_BYTES;
        Native.putLong(slice, address);
        Native.putLong(slice + Messages.SLICE_LENGTH, length);
    }

    private long copy(ByteBuffer data, int length) {
        int at = copied;
        copied += length;
        copyBuffer.limit(copied).position(at);
        copyBuffer.put(data);
        return copies + at;
    }

    private long copyHead(long from, int length) {
        int at = copied;
        copied += length;
        Native.copy(from, copies + at, length);
        return copies + at;
    }

    /** Whether something of this socket waits. */
    boolean holds(LinuxSocket socket) {
        return size > 0 && socket.queuedIn == batch;
    }

    /** Sends everything. */
    void flush() {
        if (size == 0) {
            return;
        }
        ring.hideHeader();
        int from = 0;
        while (from < size) {
            int end = from + 1;
            while (end < size && sockets[end] == sockets[from] && whole[end] == whole[from]) {
                end++;
            }
            LinuxSocket socket = sockets[from];
            if (socket != null) {
                send(socket, from, end);
            }
            from = end;
        }
        Arrays.fill(sockets, 0, size, null); // a relay that is closed is not kept by what it sent
        Arrays.fill(targets, 0, size, null);
        size = 0;
        copied = 0;
        batch++;
        ring.showHeader();
    }

    private void send(LinuxSocket socket, int from, int end) {
        if (!options.keepWhole(socket, whole[from])) {
            refuse(from, end);
            return;
        }
        for (int i = from; i < end; i++) {
            Native.putLong(message(i) + Messages.VECTOR_LENGTH, slicesUsed[i]);
            writeControls(i, datagrams[i] > 1 ? segmentBytes[i] : 0);
        }
        int next = from;
        while (next < end) {
            int result = end - next == 1 ? sendOne(socket, next) : Libc.sendmmsg(socket.fd, message(next), end - next);
            if (result > 0) {
                for (int i = next; i < next + result; i++) {
                    outcome.sent(socket, datagrams[i], bytes[i]);
                }
                next += result;
            } else if (result == -Libc.EAGAIN) { // nor would the others of this socket go
                blocked(next, end);
                next = end;
            } else {
                refused(socket, next, -result);
                next++;
            }
        }
    }

    private void writeControls(int index, int segmentBytes) {
        TransportAddress target = targets[index]; // never null here
        boolean ipv4 = target == null || target.ip().isIpv4();
        controls.write(message(index), index, segmentBytes, trafficClasses[index], ipv4);
    }

    /** Whether there was no room: in the socket's buffer, or in a queue behind it, which says so to a socket that hears errors alone. */
    private static boolean isFull(int result) {
        return result == -Libc.EAGAIN || result == -Libc.ENOBUFS;
    }

    /** Returns 1, or the negative error number. */
    private int sendOne(LinuxSocket socket, int index) {
        int result;
        if (slicesUsed[index] == 1 && trafficClasses[index] == 0) {
            long slice = vector(index);
            result = Libc.sendto(
                    socket.fd,
                    Native.getLong(slice),
                    Native.getLong(slice + Messages.SLICE_LENGTH),
                    name(index),
                    Native.getInt(message(index) + Messages.NAME_BYTES));
        } else {
            result = Libc.sendmsg(socket.fd, message(index));
        }
        return result < 0 ? result : 1;
    }

    private void blocked(int from, int end) {
        for (int i = from; i < end; i++) {
            outcome.blocked(datagrams[i]);
        }
    }

    private void refuse(int from, int end) {
        for (int i = from; i < end; i++) {
            outcome.failed(datagrams[i]);
        }
    }

    private void refused(LinuxSocket socket, int index, int error) {
        int result = sendAgain(socket, index, -error);
        if (result >= 0) {
            outcome.sent(socket, datagrams[index], bytes[index]);
        } else if (isFull(result)) {
            outcome.blocked(datagrams[index]);
        } else if (datagrams[index] > 1) {
            segmenting &= result != -Libc.EIO; // the device cannot
            sendSingly(socket, index);
        } else {
            outcome.failed(1);
        }
    }

    /** Sends a message again where it may have failed for what an earlier datagram met. Returns its last result. */
    private int sendAgain(LinuxSocket socket, int index, int result) {
        int last = result;
        for (int tries = 1; last < 0 && isOfAnother(socket, index, last) && tries < MOST_TRIES; tries++) {
            last = Libc.sendmsg(socket.fd, message(index));
        }
        return last;
    }

    private boolean isOfAnother(LinuxSocket socket, int index, int result) {
        if (!socket.hearsErrors() || isFull(result)) {
            return false;
        }
        TransportAddress target = targets[index];
        return result != -Libc.EMSGSIZE || target == null || !outcome.isTooLong(socket, target, whole[index]);
    }

    /** The kernel does not take a message apart where a datagram is longer than the path's packets: the datagrams go one by one. */
    private void sendSingly(LinuxSocket socket, int index) {
        long message = message(index);
        long slice = vector(index);
        writeControls(index, 0);
        int left = bytes[index];
        while (left > 0) {
            int length = Math.min(left, segmentBytes[index]);
            int slices = 0;
            for (int n = 0; n < length; slices++) {
                n += (int) Native.getLong(slice + (long) slices * Messages.SLICE_BYTES + Messages.SLICE_LENGTH);
            }
            Native.putLong(message + Messages.VECTOR, slice);
            Native.putLong(message + Messages.VECTOR_LENGTH, slices);
            int result = sendAgain(socket, index, Libc.sendmsg(socket.fd, message));
            if (result >= 0) {
                outcome.sent(socket, 1, length);
            } else if (isFull(result)) {
                outcome.blocked(1);
            } else {
                outcome.failed(1);
            }
            slice += (long) slices * Messages.SLICE_BYTES;
            left -= length;
        }
        Native.putLong(message + Messages.VECTOR, vector(index));
    }
}
