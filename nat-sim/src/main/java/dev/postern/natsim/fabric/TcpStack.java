package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.Content.Tcp;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The TCP of a host or router: its listeners and connections, at most {@value #MAX_CONNECTIONS} of these. */
final class TcpStack {

    static final int MAX_CONNECTIONS = 16_384;

    private static final int FIRST_EPHEMERAL_PORT = 49152;
    private static final int MAX_PORT = 65535;
    private static final int IPV4_AND_TCP_HEADER_BYTES = 40;
    private static final int IPV6_AND_TCP_HEADER_BYTES = 60;
    private static final long SEQUENCE_MASK = 0xFFFFFFFFL;
    private static final IpFields FIELDS = IpFields.PLAIN.withDontFragment(true);

    private record Key(TransportAddress local, TransportAddress remote) {}

    private final VirtualNet net;
    private final String owner;
    private final ToIntFunction<IpAddress> pathMtu;
    private final Consumer<Packet> line;
    private final Random random;
    private final Map<Key, TcpConnection> connections = new HashMap<>();
    private final Map<TransportAddress, TcpListener> listeners = new HashMap<>();
    private int nextEphemeral = FIRST_EPHEMERAL_PORT;

    /**
     * The TCP of a host or router.
     *
     * @param owner its name
     * @param pathMtu the longest packet that the way to an address takes, in bytes
     * @param line takes what is sent
     */
    TcpStack(VirtualNet net, String owner, ToIntFunction<IpAddress> pathMtu, Consumer<Packet> line) {
        this.net = net;
        this.owner = owner;
        this.pathMtu = pathMtu;
        this.line = line;
        this.random = net.newRandom();
    }

    long nowNanos() {
        return net.nowNanos();
    }

    Alarm alarm(Runnable action) {
        return new Alarm(net, action);
    }

    long newSequence() {
        return random.nextInt() & SEQUENCE_MASK;
    }

    /** The longest payload of a segment to that address. */
    int segmentBytes(TransportAddress remote) {
        boolean ipv4 = remote.ip().isIpv4();
        return pathMtu.applyAsInt(remote.ip()) - (ipv4 ? IPV4_AND_TCP_HEADER_BYTES : IPV6_AND_TCP_HEADER_BYTES);
    }

    TcpListener listen(TransportAddress address, TcpAcceptor acceptor) {
        TcpListener listener = new TcpListener(this, address, acceptor);
        if (listeners.putIfAbsent(address, listener) != null) {
            throw new IllegalStateException("TCP port " + address.port() + " of " + owner + " is in use");
        }
        return listener;
    }

    void close(TcpListener listener) {
        listeners.remove(listener.address(), listener);
    }

    TcpConnection connect(IpAddress local, int port, TransportAddress remote, TcpHandler handler) {
        int number = port == 0 ? ephemeral(local, remote) : port;
        Key key = new Key(TransportAddress.of(local, number), remote);
        if (connections.containsKey(key)) {
            throw new IllegalStateException(owner + " has a connection from " + key.local() + " to " + remote);
        }
        if (connections.size() >= MAX_CONNECTIONS) {
            throw new IllegalStateException(owner + " has " + MAX_CONNECTIONS + " connections already");
        }
        TcpConnection connection = new TcpConnection(this, key.local(), remote, handler, null);
        connections.put(key, connection);
        connection.open();
        return connection;
    }

    private int ephemeral(IpAddress local, TransportAddress remote) {
        int count = MAX_PORT - FIRST_EPHEMERAL_PORT + 1;
        for (int i = 0; i < count; i++) {
            TransportAddress address = TransportAddress.of(local, nextEphemeral);
            nextEphemeral = nextEphemeral == MAX_PORT ? FIRST_EPHEMERAL_PORT : nextEphemeral + 1;
            if (!listeners.containsKey(address) && !connections.containsKey(new Key(address, remote))) {
                return address.port();
            }
        }
        throw new IllegalStateException("every ephemeral TCP port of " + owner + " is in use");
    }

    /** Why a segment is not for anybody here; null if it is for {@link #onSegment}. */
    @Nullable
    String refusal(Packet packet, Tcp segment) {
        TransportAddress local = packet.destination();
        if (connections.containsKey(new Key(local, packet.source()))) {
            return null;
        }
        if (!listeners.containsKey(local)) {
            return "no socket: nobody listens at TCP " + local;
        }
        if (!segment.isOpening() || segment.has(Tcp.RST)) {
            return "no connection: TCP " + local + " has none with " + packet.source();
        }
        return connections.size() < MAX_CONNECTIONS
                ? null
                : "connections exhausted: " + owner + " has " + MAX_CONNECTIONS;
    }

    /** Gives a segment to its connection, which a first SYN makes. */
    void onSegment(Packet packet, Tcp segment) {
        Key key = new Key(packet.destination(), packet.source());
        TcpConnection connection = connections.get(key);
        if (connection != null) {
            connection.onSegment(segment);
            return;
        }
        TcpListener listener = listeners.get(packet.destination());
        if (listener != null) {
            TcpConnection accepted = new TcpConnection(this, key.local(), key.remote(), null, listener);
            connections.put(key, accepted);
            accepted.onSyn(segment);
        }
    }

    /** Whether an ICMP error is about a connection; tells it. */
    boolean onError(Content.IcmpError error) {
        TcpConnection connection =
                connections.get(new Key(error.quoted().source(), error.quoted().destination()));
        if (connection != null) {
            connection.onError(error);
        }
        return connection != null;
    }

    /** Answers a segment that belongs nowhere with a RST, unless it is one (RFC 9293 section 3.10.7.1). */
    void reset(TransportAddress local, TransportAddress remote, Tcp segment) {
        if (segment.has(Tcp.RST)) {
            return;
        }
        int length = segment.payload().remaining() + (segment.has(Tcp.SYN) ? 1 : 0) + (segment.has(Tcp.FIN) ? 1 : 0);
        Tcp reset = segment.has(Tcp.ACK)
                ? Tcp.of(Tcp.RST, segment.acknowledgement(), 0)
                : Tcp.of(Tcp.RST | Tcp.ACK, 0, (segment.sequence() + length) & SEQUENCE_MASK);
        send(local, remote, reset);
    }

    void send(TransportAddress local, TransportAddress remote, Tcp segment) {
        line.accept(Packet.tcp(local, remote, segment).with(FIELDS));
    }

    void forget(TcpConnection connection) {
        connections.remove(new Key(connection.local(), connection.remote()), connection);
    }
}
