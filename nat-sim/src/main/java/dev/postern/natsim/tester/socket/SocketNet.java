package dev.postern.natsim.tester.socket;

import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.natsim.tester.IcmpArrival;
import dev.postern.natsim.tester.Nat64;
import dev.postern.natsim.tester.NatReport;
import dev.postern.natsim.tester.NatTester;
import dev.postern.natsim.tester.Observation;
import dev.postern.natsim.tester.ProbeNet;
import dev.postern.natsim.tester.ProbeSocket;
import dev.postern.natsim.tester.ProbeTcp;
import dev.postern.natsim.tester.ProbeTls;
import dev.postern.natsim.tester.TesterConfig;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link NatTester} on this machine's own network, on the thread that calls {@link #run}. Sockets are bound to the address that
 * leads to the server, so that what the machine calls itself can be compared with what the server sees.
 */
public final class SocketNet implements ProbeNet, AutoCloseable {

    private static final int MAX_DATAGRAM_BYTES = 65_536;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long LONGEST_WAIT_MILLIS = 1000;

    private final @Nullable IpAddress gateway;
    /** Stands before the IPv4 addresses that the tester knows; null if it is asked to use them as they are. */
    private final @Nullable Nat64Prefix nat64;

    private final Selector selector;
    private final IpAddress local;
    /** Where searches for routers leave to all who listen; null if it is not known. */
    private final @Nullable NetworkInterface own;

    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
    private final Queue<Runnable> posted = new ConcurrentLinkedQueue<>();
    private final SocketTcp tcp;
    private final SocketTls tls = new SocketTls(this::post);
    private @Nullable NatTester tester;

    /**
     * Finds out which of this machine's addresses leads to the server.
     *
     * @throws IOException if none does
     */
    public SocketNet(TransportAddress server) throws IOException {
        this(server, GatewayRoute.find());
    }

    /** The same with the address of the router, as far as it is known. */
    public SocketNet(TransportAddress server, @Nullable IpAddress gateway) throws IOException {
        this(server, gateway, null);
    }

    private SocketNet(TransportAddress server, @Nullable IpAddress gateway, @Nullable Nat64Prefix nat64)
            throws IOException {
        this.gateway = gateway;
        this.nat64 = nat64;
        this.local = localTowards(written(server));
        this.own = interfaceOf(local);
        this.selector = Selector.open();
        this.tcp = new SocketTcp(selector, local, this::post);
    }

    private static @Nullable NetworkInterface interfaceOf(IpAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address.toInetAddress());
        } catch (SocketException unknown) {
            return null;
        }
    }

    /**
     * One whose server is of IPv4 and this machine of IPv6: everything goes through the network's NAT64, with its prefix before the addresses
     * that the tester knows, and is tested as any NAT is.
     *
     * @param server its IPv4 address
     * @throws IOException if nothing leads there
     */
    public static SocketNet throughNat64(TransportAddress server, Nat64Prefix prefix) throws IOException {
        return new SocketNet(server, null, prefix);
    }

    /** The prefixes that this machine's network puts before IPv4 addresses, perhaps none (RFC 7050). May take seconds. */
    public static List<Nat64Prefix> nat64Prefixes() {
        return Nat64.prefixesOf(lookedUp(Nat64.NAME));
    }

    private TransportAddress written(TransportAddress to) {
        return nat64 == null || !to.ip().isIpv4() ? to : TransportAddress.of(nat64.embed(to.ip()), to.port());
    }

    private TransportAddress known(TransportAddress from) {
        IpAddress ipv4 = nat64 == null ? null : nat64.extract(from.ip());
        return ipv4 == null ? from : TransportAddress.of(ipv4, from.port());
    }

    private static IpAddress localTowards(TransportAddress server) throws IOException {
        try (DatagramChannel channel = DatagramChannel.open(family(server.ip()))) {
            channel.connect(server.toSocketAddress());
            if (channel.getLocalAddress() instanceof InetSocketAddress address) {
                return IpAddress.of(address.getAddress());
            }
            throw new IOException("no address of this machine leads to " + server);
        }
    }

    static StandardProtocolFamily family(IpAddress ip) {
        return ip.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /**
     * Tests until all that can be found out is.
     *
     * @param progress told each observation soon after it was made
     * @throws IOException if the machine's sockets fail altogether
     */
    public NatReport run(TesterConfig config, RandomGenerator random, Consumer<Observation> progress)
            throws IOException {
        NatTester running = new NatTester(config, this, random);
        tester = running;
        running.start(System.nanoTime());
        int told = 0;
        while (!running.isDone()) {
            long waitNanos = running.nextTimeout() - System.nanoTime();
            selector.select(this::receive, Math.max(1, Math.min(waitNanos / NANOS_PER_MILLI, LONGEST_WAIT_MILLIS)));
            for (Runnable next = posted.poll(); next != null; next = posted.poll()) {
                next.run();
            }
            running.onTimeout(System.nanoTime());
            told = running.tellObservations(told, progress);
        }
        return running.report();
    }

    /** From any thread: has something done on the tester's. */
    private void post(Runnable action) {
        posted.add(action);
        selector.wakeup();
    }

    @Override
    public ProbeTcp tcp() {
        return (host, port, to, events) -> tcp.connect(host, port, written(to), events);
    }

    @Override
    public ProbeTls tls() {
        return (to, alpn, then) -> tls.handshake(written(to), alpn, then);
    }

    @Override
    public int hosts() {
        return 1;
    }

    @Override
    public List<IpAddress> addressesOf(String name) {
        return lookedUp(name);
    }

    private static List<IpAddress> lookedUp(String name) {
        try {
            return Stream.of(InetAddress.getAllByName(name)).map(IpAddress::of).toList();
        } catch (UnknownHostException unknown) {
            return List.of();
        }
    }

    @Override
    public @Nullable IpAddress gateway() {
        return gateway != null && gateway.isIpv4() == local.isIpv4() ? gateway : null;
    }

    @Override
    public @Nullable ProbeSocket open(int host, int port) {
        try {
            DatagramChannel channel = DatagramChannel.open(family(local));
            try {
                channel.bind(TransportAddress.of(local, port).toSocketAddress());
                channel.configureBlocking(false);
                Socket socket = new Socket(channel, TransportAddress.of(local, port), own);
                channel.register(selector, SelectionKey.OP_READ, socket);
                return socket;
            } catch (IOException taken) {
                channel.close();
                return null;
            }
        } catch (IOException exhausted) {
            return null;
        }
    }

    private void receive(SelectionKey key) {
        if (key.attachment() instanceof SocketTcp.Stream stream) {
            stream.onReady(key);
        } else if (key.attachment() instanceof Socket socket) {
            try {
                receiveAll(socket);
            } catch (PortUnreachableException refused) {
                onRefused(socket);
            } catch (IOException unreachable) {
                // an ICMP error of another kind: the tester hears nothing, which is what it is told by silence
            }
        }
    }

    private void onRefused(Socket socket) {
        TransportAddress to = socket.connected;
        if (to != null && tester != null) {
            socket.disconnect();
            tester.onIcmpError(System.nanoTime(), socket, new IcmpArrival(to, IcmpReason.PORT_UNREACHABLE));
        }
    }

    private void receiveAll(Socket socket) throws IOException {
        while (socket.channel.isOpen()) {
            buffer.clear();
            if (!(socket.channel.receive(buffer) instanceof InetSocketAddress from)) {
                return;
            }
            buffer.flip();
            if (tester != null) {
                tester.onDatagram(System.nanoTime(), socket, known(TransportAddress.of(from)), buffer);
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    private final class Socket implements ProbeSocket {

        private final DatagramChannel channel;
        private final TransportAddress local;
        private final @Nullable NetworkInterface own;

        /** Where the socket is connected to: a system tells ICMP errors to connected sockets alone. */
        private @Nullable TransportAddress connected;

        Socket(DatagramChannel channel, TransportAddress local, @Nullable NetworkInterface own) {
            this.channel = channel;
            this.local = local;
            this.own = own;
        }

        @Override
        public TransportAddress local() {
            return local;
        }

        @Override
        public void send(TransportAddress to, ByteBuffer data) {
            disconnect();
            try {
                if (own != null && to.equals(Ssdp.GROUP)) {
                    channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, own);
                }
                channel.send(data, written(to).toSocketAddress());
            } catch (IOException unsendable) {
                // counts as lost: the tester sends again
            }
        }

        @Override
        public boolean sendForError(TransportAddress to, ByteBuffer data) {
            disconnect();
            try {
                channel.connect(written(to).toSocketAddress());
                connected = to;
                channel.write(data);
                return true;
            } catch (IOException unsendable) {
                return false;
            }
        }

        void disconnect() {
            if (connected != null) {
                connected = null;
                try {
                    channel.disconnect();
                } catch (IOException gone) {
                    // a closed socket is found out when it is next used
                }
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException gone) {
                // nothing is left to free
            }
        }
    }
}
