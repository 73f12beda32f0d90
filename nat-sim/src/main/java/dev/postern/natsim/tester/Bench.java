package dev.postern.natsim.tester;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all probes work with: sockets that were never used before, transactions, timers, the loss that was seen, the observations. Each
 * of them is bounded. One owner thread.
 */
final class Bench {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1000 * MILLI;

    private static final int MAX_OBSERVATIONS = 4096;
    private static final int FIRST_PORT = 10_000;
    private static final int LAST_PORT = 64_999;
    private static final int PORT_TRIES = 16;

    private record Timer(long atNanos, long number, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Who is told of what comes from an address and is not STUN. */
    private record PlainListener(Predicate<TransportAddress> from, Consumer<ByteBuffer> callback) {}

    private final ProbeNet net;
    private final RandomGenerator random;
    private final int maxSockets;
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Map<TransactionId, Consumer<Arrival>> expected = new HashMap<>();
    private final Map<ProbeSocket, Consumer<IcmpArrival>> errorListeners = new HashMap<>();
    private final Map<ProbeSocket, PlainListener> plainListeners = new HashMap<>();
    private final Set<ProbeSocket> open = new HashSet<>();
    private final Set<ProbeStream> streams = new HashSet<>();
    private final BitSet[] usedPorts;
    private final List<Observation> observations = new ArrayList<>();
    private final StunMessage decoded = new StunMessage();
    private final Loss loss = new Loss();
    private long startNanos;
    private long nowNanos;
    private long numbers;
    private long unrecorded;
    private boolean closed;

    Bench(ProbeNet net, RandomGenerator random, int maxSockets) {
        this.net = net;
        this.random = random;
        this.maxSockets = maxSockets;
        this.usedPorts = new BitSet[net.hosts()];
        for (int i = 0; i < usedPorts.length; i++) {
            usedPorts[i] = new BitSet();
        }
    }

    void begin(long now) {
        startNanos = now;
        nowNanos = now;
    }

    long nowNanos() {
        return nowNanos;
    }

    int hosts() {
        return net.hosts();
    }

    ProbeNet net() {
        return net;
    }

    @Nullable
    ProbeWire wire() {
        return net.wire();
    }

    Loss loss() {
        return loss;
    }

    RandomGenerator random() {
        return random;
    }

    // ---- time

    void after(long delayNanos, Runnable action) {
        timers.add(new Timer(nowNanos + delayNanos, numbers++, action));
    }

    long nextTimeout() {
        Timer next = timers.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos;
    }

    /** It is later now. */
    void passed(long now) {
        nowNanos = Math.max(nowNanos, now);
    }

    void onTimeout(long now) {
        passed(now);
        while (nextTimeout() <= nowNanos) {
            timers.remove().action.run();
        }
    }

    // ---- sockets

    /** A socket of the first machine whose port was not used before in this test; null if there may be no more. */
    @Nullable
    ProbeSocket fresh() {
        return fresh(0);
    }

    @Nullable
    ProbeSocket fresh(int host) {
        for (int i = 0; i < PORT_TRIES; i++) {
            int port = FIRST_PORT + random.nextInt(LAST_PORT - FIRST_PORT + 1);
            if (!usedPorts[host].get(port)) {
                ProbeSocket socket = openAt(host, port);
                if (socket != null) {
                    return socket;
                }
            }
        }
        return null;
    }

    /** A socket at this port; null if it was used before in this test or cannot be had. */
    @Nullable
    ProbeSocket freshAt(int host, int port) {
        return usedPorts[host].get(port) ? null : openAt(host, port);
    }

    @Nullable
    ProbeSocket openAt(int host, int port) {
        if (open.size() + streams.size() >= maxSockets) {
            return null;
        }
        ProbeSocket socket = net.open(host, port);
        usedPorts[host].set(port);
        if (socket != null) {
            open.add(socket);
        }
        return socket;
    }

    /** A port of a machine that was not used before in this test, for what is no UDP socket; it counts as used from now on. */
    int freshPort(int host) {
        int port;
        do {
            port = FIRST_PORT + random.nextInt(LAST_PORT - FIRST_PORT + 1);
        } while (usedPorts[host].get(port) && usedPorts[host].cardinality() <= LAST_PORT - FIRST_PORT);
        usedPorts[host].set(port);
        return port;
    }

    /** Whether there is TCP. */
    boolean hasTcp() {
        return net.tcp() != null;
    }

    /** Begins to open a TCP connection; null if there may be no more, or none at all. */
    @Nullable
    ProbeStream connect(int host, int port, TransportAddress to, ProbeTcp.Events events) {
        ProbeTcp tcp = net.tcp();
        if (tcp == null || open.size() + streams.size() >= maxSockets) {
            return null;
        }
        ProbeStream stream = tcp.connect(host, port, to, new Timed(events));
        if (stream != null) {
            streams.add(stream);
        }
        return stream;
    }

    @Nullable
    ProbeTls tls() {
        return net.tls();
    }

    /** Shakes hands, and hands on whether the other side did. */
    void handshake(ProbeTls tls, TransportAddress to, String alpn, Consumer<Boolean> then) {
        tls.handshake(to, alpn, (now, reached) -> {
            passed(now);
            if (!closed) {
                then.accept(reached);
            }
        });
    }

    void close(ProbeStream stream) {
        if (streams.remove(stream)) {
            stream.close();
        }
    }

    /** Takes the time from each event. */
    private final class Timed implements ProbeTcp.Events {

        private final ProbeTcp.Events events;

        Timed(ProbeTcp.Events events) {
            this.events = events;
        }

        @Override
        public void onOpen(long now) {
            passed(now);
            events.onOpen(nowNanos);
        }

        @Override
        public void onData(long now, ByteBuffer data) {
            passed(now);
            events.onData(nowNanos, data);
        }

        @Override
        public void onEnd(long now, ProbeTcp.End end) {
            passed(now);
            events.onEnd(nowNanos, end);
        }
    }

    boolean isOpen(ProbeSocket socket) {
        return open.contains(socket);
    }

    void close(ProbeSocket socket) {
        errorListeners.remove(socket);
        plainListeners.remove(socket);
        if (open.remove(socket)) {
            socket.close();
        }
    }

    void closeAll() {
        List.copyOf(open).forEach(this::close);
        List.copyOf(streams).forEach(this::close);
        closed = true;
        timers.clear();
        expected.clear();
    }

    // ---- transactions

    TransactionId newId() {
        return TransactionId.of(random.nextInt(), random.nextLong());
    }

    /** Hands every message of this transaction, wherever it arrives, to the callback until {@link #forget}. */
    void expect(TransactionId id, Consumer<Arrival> callback) {
        expected.put(id, callback);
    }

    void forget(TransactionId id) {
        expected.remove(id);
    }

    void onDatagram(long now, ProbeSocket at, TransportAddress from, ByteBuffer data) {
        nowNanos = Math.max(nowNanos, now);
        PlainListener plain = plainListeners.get(at);
        if (plain != null && plain.from().test(from)) {
            plain.callback().accept(data);
            return;
        }
        if (!open.contains(at) || decoded.decode(data) != DecodeResult.OK) {
            return;
        }
        Consumer<Arrival> callback = expected.get(decoded.transactionId());
        if (callback != null) {
            callback.accept(Arrival.of(nowNanos, at, from, decoded));
        }
    }

    /** Hands datagrams from an address to the callback, whatever is in them, until the socket is closed. */
    void expectFrom(ProbeSocket socket, TransportAddress from, Consumer<ByteBuffer> callback) {
        plainListeners.put(socket, new PlainListener(from::equals, callback));
    }

    /** The same from any port of an IP address. */
    void expectFromHost(ProbeSocket socket, IpAddress from, Consumer<ByteBuffer> callback) {
        plainListeners.put(socket, new PlainListener(source -> source.ip().equals(from), callback));
    }

    /** Hands ICMP errors about what the socket sends to the callback, until the socket is closed. */
    void expectErrors(ProbeSocket socket, Consumer<IcmpArrival> callback) {
        errorListeners.put(socket, callback);
    }

    void onIcmpError(long now, ProbeSocket at, IcmpArrival error) {
        nowNanos = Math.max(nowNanos, now);
        Consumer<IcmpArrival> callback = errorListeners.get(at);
        if (callback != null) {
            callback.accept(error);
        }
    }

    // ---- notes

    void observe(String probe, String text) {
        if (observations.size() < MAX_OBSERVATIONS) {
            observations.add(new Observation(nowNanos - startNanos, probe, text));
        } else {
            unrecorded++;
        }
    }

    int tellObservations(int told, Consumer<Observation> listener) {
        observations
                .subList(Math.min(told, observations.size()), observations.size())
                .forEach(listener);
        return observations.size();
    }

    List<Observation> observations() {
        return List.copyOf(observations);
    }

    long unrecorded() {
        return unrecorded;
    }
}
