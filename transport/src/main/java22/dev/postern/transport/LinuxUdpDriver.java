package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The driver for Linux: one epoll instance, batches received and sent by one system call each, trains of datagrams where the kernel
 * makes and takes them. Everything that a round sends is collected in one {@link SendQueue}.
 */
final class LinuxUdpDriver implements UdpDriver {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LONGEST_WAIT_MILLIS = 3_600_000;

    private final Counters<TransportCounter> counters;
    private final int relayBufferBytes;

    /** Freed when this driver is garbage: to close an arena, the JVM throws away all compiled code that touches any arena's memory. */
    private final Arena arena = Arena.ofAuto();

    private final Libc libc = newLibc();
    private final LinuxSockets opener =
            new LinuxSockets(libc, arena.allocate(128, 64).address());
    private final SockaddrCache addresses = new SockaddrCache();
    private final RelayErrors errors;
    private final ReceiveRing ring;
    private final SendQueue queue;
    private final Epoll epoll;
    private final LinuxListeners listeners;
    private final @Nullable LinuxRelay[] readyRelays = new LinuxRelay[Epoll.MOST_EVENTS];
    private long round;
    private boolean behind;
    private boolean closed;

    /**
     * A driver without a socket.
     *
     * @param knowsSegments asked once whether the kernel takes messages of several datagrams apart
     * @param canSteer asked once whether it can be told which socket of a port a datagram goes to
     */
    LinuxUdpDriver(
            ShardsConfig config,
            Counters<TransportCounter> counters,
            Predicate<LinuxSockets> knowsSegments,
            BiPredicate<LinuxSockets, Steering> canSteer)
            throws IOException {
        this.counters = counters;
        this.relayBufferBytes = config.relayBufferBytes();
        this.errors = new RelayErrors(arena, opener, counters);
        this.ring = new ReceiveRing(arena, libc);
        this.queue =
                new SendQueue(arena, libc, ring, addresses, opener.options(), new Count(), knowsSegments.test(opener));
        this.epoll = new Epoll(libc, arena.allocate(Epoll.BYTES, 64).address());
        Steering steering =
                new Steering(libc, arena.allocate(Steering.BYTES, 64).address());
        this.listeners = new LinuxListeners(
                opener, libc, epoll, addresses, canSteer.test(opener, steering) ? steering : null, config);
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
        return listeners.listen(address, sharing);
    }

    @Override
    public Set<String> controlInodes() {
        return listeners.controlInodes();
    }

    @Override
    public Relay openRelay(TransportAddress bind, Object attachment) throws IOException {
        requireOpen();
        int fd = opener.open(bind, false, relayBufferBytes);
        try {
            opener.options().hearErrors(fd, bind.ip().isIpv4());
            LinuxRelay relay = new LinuxRelay(this, fd, opener.bind(fd, bind), attachment);
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
        int events = epoll.await(errors.areWaiting() ? 0 : millis(timeoutNanos));
        round++;
        behind = false;
        int relays = sortOut(events);
        errors.handInWaiting(to);
        hear(listeners.forControl(), to);
        int sinceListeners = 0;
        for (int i = 0; i < relays; i++) {
            LinuxRelay relay = readyRelays[i];
            readyRelays[i] = null;
            if (relay != null && relay.open && relay.hasErrors) {
                errors.handIn(relay, to);
            }
            if (relay != null && relay.open) {
                sinceListeners += Math.max(receive(relay, to), 0);
            }
            if (sinceListeners >= LinuxSocket.LISTENER_BATCH) {
                markReady(listeners.forControl(), true);
                hear(listeners.forControl(), to);
                hear(listeners.forData(), to);
                sinceListeners = 0;
            }
        }
        // Listeners of data come last: what they bring goes to many sockets, what relays bring goes to few.
        hear(listeners.forData(), to);
        flush();
    }

    /** Returns how many relays are ready. A wait that is full may have left out any socket, so all listeners are looked at then. */
    private int sortOut(int events) {
        boolean full = events == Epoll.MOST_EVENTS;
        markReady(listeners.forControl(), full);
        markReady(listeners.forData(), full);
        int relays = 0;
        for (int i = 0; i < events; i++) {
            LinuxSocket socket = epoll.socket(i);
            if (socket instanceof LinuxListener listener) {
                listener.ready = true;
            } else if (socket instanceof LinuxRelay relay) {
                relay.hasErrors = epoll.hasErrors(i);
                readyRelays[relays++] = relay;
            }
        }
        return relays;
    }

    private static void markReady(List<LinuxListener> some, boolean ready) {
        for (int i = 0; i < some.size(); i++) {
            some.get(i).ready = ready;
        }
    }

    /** One batch of each that is ready; one that has had something may have more. */
    private void hear(List<LinuxListener> some, Receiver to) {
        for (int i = 0; i < some.size(); i++) {
            LinuxListener listener = some.get(i);
            if (listener.ready) {
                listener.ready = receive(listener, to) > 0;
            }
        }
    }

    @Override
    public boolean canForbidFragments() {
        return true;
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

    /** How many messages came; an error if negative. */
    private int receive(LinuxSocket socket, Receiver to) {
        int most = socket.expected(round);
        if (!ring.has(most)) {
            flush();
        }
        int count = ring.receive(socket.fd, most);
        if (count < 0 && count != -Libc.EAGAIN && socket.hearsErrors()) {
            count = ring.receive(socket.fd, most); // it was about a datagram that was sent
        }
        if (count <= 0) {
            if (count < 0 && count != -Libc.EAGAIN) {
                counters.add(TransportCounter.UDP_RECEIVE_FAILED);
            }
            return count;
        }
        socket.heard(round, count);
        behind |= count == most && most > 1;
        to.onBatch();
        for (int i = 0; i < count && socket.open; i++) {
            handIn(socket, i, to);
        }
        return count;
    }

    /** One message: a datagram, or a train of them. */
    private void handIn(LinuxSocket socket, int index, Receiver to) {
        int bytes = ring.bytes(index);
        ring.readControls(index);
        int each = ring.datagramBytes();
        int source = addresses.slot(ring.source(index));
        TransportAddress asker = socket instanceof LinuxListener ? addresses.address(source) : null;
        int offset = 0;
        do {
            int length = Math.min(each, bytes - offset);
            counters.add(socket.counters.datagramsReceived);
            counters.add(socket.counters.bytesReceived, length);
            queue.hearing(ring.trafficClass(), asker);
            try {
                socket.deliver(to, source, ring.open(index, offset, length));
            } finally {
                ring.done();
                queue.heard();
            }
            offset += length;
        } while (offset < bytes && socket.open);
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer data) {
        LinuxListener listener = listeners.at(path.server());
        if (listener == null || !listener.reaches(path.client())) {
            counters.add(TransportCounter.UDP_SEND_FAILED);
        } else if (listener.open) {
            queue.add(listener.outletOf(data), path.client(), data, false);
        }
    }

    /** What a relay sends. */
    void toPeer(LinuxRelay relay, TransportAddress peer, ByteBuffer payload, boolean unfragmented) {
        if (!relay.reaches(peer) || peer.ip().isIpv4Mapped()) {
            counters.add(TransportCounter.UDP_SEND_FAILED);
        } else if (relay.open) {
            queue.add(relay, peer, payload, unfragmented);
        }
    }

    /** The address in a slot that a relay was given. */
    TransportAddress addressAt(int source) {
        return addresses.address(source);
    }

    /** Closes a relay that is open. */
    void close(LinuxRelay relay) {
        if (queue.holds(relay)) {
            queue.flush();
        }
        relay.open = false;
        counters.add(TransportCounter.RELAYS_CLOSED);
        epoll.remove(relay);
        libc.close(relay.fd);
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
    }

    private final class Count implements SendQueue.Outcome {

        @Override
        public void sent(LinuxSocket socket, int datagrams, int bytes) {
            counters.add(socket.counters.datagramsSent, datagrams);
            counters.add(socket.counters.bytesSent, bytes);
        }

        @Override
        public void blocked(int datagrams) {
            counters.add(TransportCounter.UDP_SEND_BLOCKED, datagrams);
        }

        @Override
        public void failed(int datagrams) {
            counters.add(TransportCounter.UDP_SEND_FAILED, datagrams);
        }

        @Override
        public boolean isTooLong(LinuxSocket socket, TransportAddress target, boolean whole) {
            return socket instanceof LinuxRelay relay && errors.isTooLong(relay, target, whole);
        }
    }
}
