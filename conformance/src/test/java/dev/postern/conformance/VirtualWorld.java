package dev.postern.conformance;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our engines as the server of one case, in virtual time: what is sent arrives at once, and waiting costs nothing. */
final class VirtualWorld implements World {

    private static final Set<Need> NEEDS = EnumSet.complementOf(EnumSet.of(Need.SOCKETS, Need.TLS));

    private final Setup setup;
    private final VirtualServer server;
    private int nextPort = 40_000;

    VirtualWorld(Setup setup) {
        this(setup, 0);
    }

    /** The same with so many relay ports that all allocations share; 0 for ports of their own. */
    VirtualWorld(Setup setup, int sharedPorts) {
        this.setup = setup;
        this.server = new VirtualServer(VirtualSetups.config(setup, sharedPorts));
    }

    @Override
    public Given given() {
        return new Given(VirtualSetups.FIRST, VirtualSetups.SECOND, NEEDS, Set.of(setup));
    }

    @Override
    public boolean speaks(TransportProtocol protocol) {
        return protocol != TransportProtocol.DTLS;
    }

    @Override
    public Wire connect(TransportProtocol protocol, IpFamily family) {
        String client = family == IpFamily.IPV4 ? "30.0.0.7" : "2a00:2::7";
        TransportAddress local = TransportAddress.of(IpAddress.parse(client), nextPort++);
        TransportAddress remote = family == IpFamily.IPV4 ? VirtualSetups.IPV4 : VirtualSetups.IPV6;
        return server.connect(new FiveTuple(protocol, local, remote));
    }

    @Override
    public PeerWire peer(IpFamily family, int place) {
        String ip = family == IpFamily.IPV4 ? "40.0.0." + (place + 1) : "2a00:3::" + (place + 1);
        VirtualPeer peer = new VirtualPeer(TransportAddress.of(IpAddress.parse(ip), nextPort++));
        server.attach(peer.local, (from, bytes) -> peer.arrived.add(new Arrival(from, bytes)));
        return peer;
    }

    @Override
    public ListeningPeer listeningPeer(IpFamily family) {
        String ip = family == IpFamily.IPV4 ? "40.0.0.1" : "2a00:3::1";
        return server.tcp().listen(TransportAddress.of(IpAddress.parse(ip), nextPort++));
    }

    @Override
    public long nowNanos() {
        return server.now();
    }

    @Override
    public void pass(Duration time) {
        server.advance(time);
    }

    @Override
    public Duration retransmitAfter() {
        return Duration.ZERO;
    }

    @Override
    public int attempts() {
        return 1;
    }

    @Override
    public Duration quiet() {
        return Duration.ZERO;
    }

    @Override
    public void close() {
        // nothing is open
    }

    private final class VirtualPeer implements PeerWire {

        private final TransportAddress local;
        private final Queue<Arrival> arrived = new ArrayDeque<>();

        VirtualPeer(TransportAddress local) {
            this.local = local;
        }

        @Override
        public TransportAddress local() {
            return local;
        }

        @Override
        public void send(TransportAddress relayed, ByteBuffer payload) {
            server.onPeerData(local, relayed, payload);
        }

        @Override
        public @Nullable Arrival receive(Duration wait) {
            return arrived.poll();
        }

        @Override
        public void close() {
            server.detach(local);
        }
    }
}
