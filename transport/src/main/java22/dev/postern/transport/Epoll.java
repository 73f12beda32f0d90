package dev.postern.transport;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wait on all sockets of one driver, level-triggered, and the event counter that ends it. A socket is known by a token that is
 * never used twice, so an event of one that was closed meanwhile finds nobody, whatever has its descriptor now.
 *
 * <p>Owner: one shard's thread, except {@link #wakeup}.
 */
final class Epoll {

    /** Sockets that one wait reports; the others are reported by the next. */
    static final int MOST_EVENTS = 256;

    private static final int EPOLL_CLOEXEC = 0x8_0000;
    private static final int EFD_NONBLOCK_CLOEXEC = 0x8_0800;
    private static final int EPOLLIN = 1;
    private static final int EPOLLERR = 8; // is told without being asked for
    private static final int ADD = 1;
    private static final int DELETE = 2;

    /** {@code struct epoll_event} is packed on x86-64 alone. */
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;
    private static final int EVENT_DATA = PACKED ? 4 : 8;

    /** Bytes of native memory: events, and scratch for single values of both threads. */
    static final int BYTES = MOST_EVENTS * EVENT_BYTES + 128;

    private static final long WAKEUP_TOKEN = -1;

    private final Libc libc;
    private final long events;
    private final long scratch;
    private final long one;
    private final int epoll;
    private final int counter;
    private final List<@Nullable LinuxSocket> sockets = new ArrayList<>();
    private final IndexStack free = new IndexStack();
    private final Object wakeupLock = new Object();
    private int generation;
    private boolean closed;

    /** @param memory {@link #BYTES} of zeros, aligned to 8 */
    Epoll(Libc libc, long memory) throws IOException {
        this.libc = libc;
        this.events = memory;
        this.scratch = memory + (long) MOST_EVENTS * EVENT_BYTES;
        this.one = scratch + 64;
        Native.putLong(one, 1);
        this.epoll = Libc.check(libc.epollCreate(EPOLL_CLOEXEC));
        this.counter = libc.eventfd(0, EFD_NONBLOCK_CLOEXEC);
        if (counter < 0) {
            libc.close(epoll);
            Libc.check(counter);
        }
        try {
            control(ADD, counter, WAKEUP_TOKEN);
        } catch (IOException e) {
            libc.close(counter);
            libc.close(epoll);
            throw e;
        }
    }

    private void control(int operation, int fd, long token) throws IOException {
        Native.putInt(scratch, EPOLLIN);
        Native.putLong(scratch + EVENT_DATA, token);
        Libc.check(libc.epollCtl(epoll, operation, fd, scratch));
    }

    void add(LinuxSocket socket) throws IOException {
        int index = free.isEmpty() ? sockets.size() : free.pop();
        if (index == sockets.size()) {
            sockets.add(null);
        }
        generation++;
        socket.token = ((long) (generation & Integer.MAX_VALUE) << Integer.SIZE) | index;
        try {
            control(ADD, socket.fd, socket.token);
        } catch (IOException e) {
            free.push(index);
            throw e;
        }
        sockets.set(index, socket);
    }

    /** Forgets a socket, before it is closed. */
    void remove(LinuxSocket socket) {
        sockets.set((int) socket.token, null);
        free.push((int) socket.token);
        libc.epollCtl(epoll, DELETE, socket.fd, scratch);
    }

    /**
     * Waits.
     *
     * @param millis 0 does not wait, -1 waits without end
     * @return how many events there are
     */
    int await(int millis) {
        int count = Libc.epollWait(epoll, events, MOST_EVENTS, millis);
        return Math.max(count, 0); // a signal ends it too
    }

    /** The socket of an event of the last wait; null if it was closed meanwhile, or if the event was a wakeup, which is over then. */
    @Nullable
    LinuxSocket socket(int event) {
        long token = Native.getLong(events + (long) event * EVENT_BYTES + EVENT_DATA);
        if (token == WAKEUP_TOKEN) {
            Libc.read(counter, scratch, Long.BYTES);
            return null;
        }
        LinuxSocket socket = sockets.get((int) token);
        return socket != null && socket.token == token ? socket : null;
    }

    /** Whether the socket of an event of the last wait has errors in its queue. */
    boolean hasErrors(int event) {
        return (Native.getInt(events + (long) event * EVENT_BYTES) & EPOLLERR) != 0;
    }

    /** All sockets that are registered. */
    List<LinuxSocket> sockets() {
        List<LinuxSocket> open = new ArrayList<>();
        for (LinuxSocket socket : sockets) {
            if (socket != null) {
                open.add(socket);
            }
        }
        return open;
    }

    /** Ends a wait, now or the next one; any thread. */
    void wakeup() {
        synchronized (wakeupLock) {
            if (!closed) {
                Libc.write(counter, one, Long.BYTES);
            }
        }
    }

    void close() {
        synchronized (wakeupLock) {
            closed = true;
            libc.close(counter);
        }
        libc.close(epoll);
    }

    /** A stack of numbers without boxes. */
    private static final class IndexStack {

        private int[] indices = new int[16];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        void push(int index) {
            if (size == indices.length) {
                indices = java.util.Arrays.copyOf(indices, 2 * size);
            }
            indices[size++] = index;
        }

        int pop() {
            return indices[--size];
        }
    }
}
