package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver for Linux: one epoll instance, batches received and sent by one system call each, trains of datagrams where the kernel
 * makes and takes them. Everything that a round sends is collected in one {@link SendQueue}.
 */
final class LinuxUdpDriver implements UdpDriver {

    private static final Logger LOG = LoggerFactory.getLogger(LinuxUdpDriver.class);

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LONGEST_WAIT_MILLIS = 3_600_000;

    private final Counters<TransportCounter> counters;
    private final int listenerBufferBytes;
    private final int relayBufferBytes;
    private final Arena arena = Arena.ofShared();
    private final Libc libc = newLibc();
    private final LinuxSockets opener =
            new LinuxSockets(libc, arena.allocate(128, 64).address());
    private final SockaddrCache addresses = new SockaddrCache();
    private final ReceiveRing ring;
    private final SendQueue queue;
    private final Epoll epoll;
    private final Map<TransportAddress, LinuxListener> listeners = new HashMap<>();
    private final LinuxSocket[] ready = new LinuxSocket[Epoll.MOST_EVENTS];
    private long round;
    private boolean behind;
    private boolean closed;

    /**
     * A driver without a socket.
     *
     * @param knowsSegments asked once whether the kernel takes messages of several datagrams apart
     */
    LinuxUdpDriver(ShardsConfig config, Counters<TransportCounter> counters, Predicate<LinuxSockets> knowsSegments)
            throws IOException {
        this.counters = counters;
        this.listenerBufferBytes = config.listenerBufferBytes();
        this.relayBufferBytes = config.relayBufferBytes();
        try {
            this.ring = new ReceiveRing(arena, libc);
            this.queue = new SendQueue(arena, libc, ring, addresses, new Count(), knowsSegments.test(opener));
            this.epoll = new Epoll(libc, arena.allocate(Epoll.BYTES, 64).address());
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    private Libc newLibc() {
        return new Libc(arena.allocate(Libc.stateBytes(), 64).address());
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the driver is closed");
        }
    }

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public TransportAddress listen(TransportAddress address, Sharing sharing) throws IOException {
        requireOpen();
        boolean dual = !address.ip().isIpv4()
                && address.ip().high() == 0
                && address.ip().low() == 0;
        int fd = opener.open(address, dual, listenerBufferBytes);
        try {
            if (sharing == Sharing.NEXT) {
                opener.sharePort(fd);
            }
            TransportAddress bound = opener.bind(fd, address);
            if (sharing == Sharing.FIRST) {
                opener.sharePort(fd);
            }
            warnIfSmaller(opener.receiveBufferBytes(fd), address);
            LinuxListener listener = new LinuxListener(fd, bound, dual);
            epoll.add(listener);
            listeners.put(bound, listener);
            return bound;
        } catch (IOException | RuntimeException e) {
            libc.close(fd);
            throw e;
        }
    }

    private void warnIfSmaller(int got, TransportAddress address) {
        if (got < listenerBufferBytes) {
            LOG.atWarn()
                    .addKeyValue("address", address)
                    .addKeyValue("askedBytes", listenerBufferBytes)
                    .addKeyValue("gotBytes", got)
                    .log("The kernel gives this listener a smaller receive buffer (Linux: raise net.core.rmem_max)");
        }
    }

    @Override
    public Relay openRelay(TransportAddress bind, Object attachment) throws IOException {
        requireOpen();
        int fd = opener.open(bind, false, relayBufferBytes);
        try {
            LinuxRelay relay = new LinuxRelay(fd, opener.bind(fd, bind), attachment);
            epoll.add(relay);
            return relay;
        } catch (IOException | RuntimeException e) {
            libc.close(fd);
            throw e;
        }
    }

    @Override
    public void poll(long timeoutNanos, Receiver to) throws IOException {
        requireOpen();
        int events = epoll.await(millis(timeoutNanos));
        round++;
        behind = false;
        int listeners = 0;
        for (int i = 0; i < events; i++) {
            LinuxSocket socket = epoll.socket(i);
            if (socket instanceof LinuxListener listener) {
                ready[listeners++] = listener;
            } else if (socket != null) {
                receive(socket, to);
            }
        }
        // Listeners come last: what they bring goes to many sockets, what relays bring goes to few.
        for (int i = 0; i < listeners; i++) {
            receive(ready[i], to);
        }
        flush();
    }

    @Override
    public boolean isBehind() {
        return behind;
    }

    private static int millis(long nanos) {
        return nanos <= 0
                ? (int) Math.max(nanos, -1)
                : (int) Math.min((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI, LONGEST_WAIT_MILLIS);
    }

    private void receive(LinuxSocket socket, Receiver to) {
        int most = socket.expected(round);
        if (!ring.has(most)) {
            flush();
        }
        int count = ring.receive(socket.fd, most);
        socket.heard(round, count);
        behind |= count == most && most > 1;
        if (count <= 0) {
            if (count < 0 && count != -Libc.EAGAIN) {
                counters.add(TransportCounter.UDP_RECEIVE_FAILED);
            }
            return;
        }
        to.onBatch();
        for (int i = 0; i < count && socket.open; i++) {
            handIn(socket, i, to);
        }
    }

    /** One message: a datagram, or a train of them. */
    private void handIn(LinuxSocket socket, int index, Receiver to) {
        int bytes = ring.bytes(index);
        int each = ring.datagramBytes(index);
        int source = addresses.slot(ring.source(index));
        int offset = 0;
        do {
            int length = Math.min(each, bytes - offset);
            counters.add(socket.datagramsReceived());
            counters.add(socket.bytesReceived(), length);
            try {
                socket.deliver(to, source, ring.open(index, offset, length));
            } finally {
                ring.done();
            }
            offset += length;
        } while (offset < bytes && socket.open);
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer data) {
        LinuxListener listener = listeners.get(path.server());
        if (listener == null || !listener.reaches(path.client())) {
            counters.add(TransportCounter.UDP_SEND_FAILED);
        } else if (listener.open) {
            queue.add(listener, path.client(), data);
        }
    }

    @Override
    public void flush() {
        queue.flush();
        ring.reset();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        queue.flush();
        for (LinuxSocket socket : epoll.sockets()) {
            socket.open = false;
            libc.close(socket.fd);
        }
        epoll.close();
        arena.close();
    }

    private final class Count implements SendQueue.Outcome {

        @Override
        public void sent(LinuxSocket socket, int datagrams, int bytes) {
            counters.add(socket.datagramsSent(), datagrams);
            counters.add(socket.bytesSent(), bytes);
        }

        @Override
        public void blocked(int datagrams) {
            counters.add(TransportCounter.UDP_SEND_BLOCKED, datagrams);
        }

        @Override
        public void failed(int datagrams) {
            counters.add(TransportCounter.UDP_SEND_FAILED, datagrams);
        }
    }

    /** A socket that clients send to. */
    private final class LinuxListener extends LinuxSocket {

        /** By the slot of the client's address. */
        private final @Nullable FiveTuple[] paths = new FiveTuple[SockaddrCache.SLOTS];

        LinuxListener(int fd, TransportAddress local, boolean dual) {
            super(fd, local, dual, LISTENER_BATCH);
        }

        @Override
        void deliver(Receiver to, int source, ByteBuffer data) {
            TransportAddress client = addresses.address(source);
            FiveTuple path = paths[source];
            if (path == null || path.client() != client) {
                path = new FiveTuple(TransportProtocol.UDP, client, local);
                paths[source] = path;
            }
            to.onDatagram(path, data);
        }

        @Override
        TransportCounter datagramsSent() {
            return TransportCounter.CLIENT_DATAGRAMS_SENT;
        }

        @Override
        TransportCounter bytesSent() {
            return TransportCounter.CLIENT_BYTES_SENT;
        }

        @Override
        TransportCounter datagramsReceived() {
            return TransportCounter.CLIENT_DATAGRAMS_RECEIVED;
        }

        @Override
        TransportCounter bytesReceived() {
            return TransportCounter.CLIENT_BYTES_RECEIVED;
        }
    }

    /** A socket that peers send to. */
    private final class LinuxRelay extends LinuxSocket implements Relay {

        private final Object attachment;

        LinuxRelay(int fd, TransportAddress local, Object attachment) {
            super(fd, local, false, RELAY_BATCH);
            this.attachment = attachment;
        }

        @Override
        public Object attachment() {
            return attachment;
        }

        @Override
        public TransportAddress localAddress() {
            return local;
        }

        @Override
        public void send(TransportAddress peer, ByteBuffer payload) {
            if (!reaches(peer) || peer.ip().isIpv4Mapped()) {
                counters.add(TransportCounter.UDP_SEND_FAILED);
            } else if (open) {
                queue.add(this, peer, payload);
            }
        }

        @Override
        void deliver(Receiver to, int source, ByteBuffer data) {
            to.onRelayDatagram(this, addresses.address(source), data);
        }

        @Override
        public void close() {
            if (!open) {
                return;
            }
            if (queue.holds(this)) {
                queue.flush();
            }
            open = false;
            counters.add(TransportCounter.RELAYS_CLOSED);
            epoll.remove(this);
            libc.close(fd);
        }

        @Override
        TransportCounter datagramsSent() {
            return TransportCounter.RELAY_DATAGRAMS_SENT;
        }

        @Override
        TransportCounter bytesSent() {
            return TransportCounter.RELAY_BYTES_SENT;
        }

        @Override
        TransportCounter datagramsReceived() {
            return TransportCounter.RELAY_DATAGRAMS_RECEIVED;
        }

        @Override
        TransportCounter bytesReceived() {
            return TransportCounter.RELAY_BYTES_RECEIVED;
        }

        @Override
        public String toString() {
            return "relay " + local;
        }
    }
}
