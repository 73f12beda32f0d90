package dev.postern.conformance;

import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Our engines as the server of one case, in virtual time: what is sent arrives at once, and waiting costs nothing. */
final class VirtualWorld implements World {

    private static final int MAX_FRAME_BYTES = 66_000;
    private static final Set<Need> NEEDS = EnumSet.complementOf(EnumSet.of(Need.SOCKETS, Need.TLS));

    private final Setup setup;
    private final VirtualServer server;
    private int nextPort = 40_000;

    VirtualWorld(Setup setup) {
        this.setup = setup;
        this.server = new VirtualServer(setup);
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
        VirtualWire wire = new VirtualWire(new FiveTuple(protocol, local, remote));
        server.connect(wire.path, wire::onMessage);
        return wire;
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
        throw new UnsupportedOperationException("there are no TCP peers in virtual time yet");
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

    private final class VirtualWire implements Wire {

        private final FiveTuple path;
        private final Deque<Arrival> arrived = new ArrayDeque<>();
        private ByteBuffer unframed = ByteBuffer.allocate(0);
        private boolean closed;

        VirtualWire(FiveTuple path) {
            this.path = path;
        }

        void onMessage(TransportAddress from, ByteBuffer message) {
            arrived.add(new Arrival(from, isStream() ? padded(message) : message));
        }

        /** What the shell of a stream does (RFC 8656 section 12.5). */
        private static ByteBuffer padded(ByteBuffer message) {
            if (!ChannelData.isFramedAs(message.get(message.position()))) {
                return message;
            }
            ByteBuffer padded = ByteBuffer.allocate(ChannelData.streamBytes(ChannelData.payloadLength(message)));
            return padded.put(message).rewind();
        }

        private boolean isStream() {
            return path.protocol().isStream();
        }

        @Override
        public TransportProtocol protocol() {
            return path.protocol();
        }

        @Override
        public TransportAddress local() {
            return path.client();
        }

        @Override
        public TransportAddress server() {
            return path.server();
        }

        @Override
        public boolean seenAsIs() {
            return true;
        }

        @Override
        public void send(ByteBuffer bytes) {
            if (!isStream()) {
                server.onClientData(path, bytes);
            } else if (!closed) {
                ByteBuffer all = ByteBuffer.allocate(unframed.remaining() + bytes.remaining());
                unframed = all.put(unframed).put(bytes.duplicate()).flip();
                cutFrames();
            }
        }

        private void cutFrames() {
            int length = StreamFraming.frameLength(unframed, MAX_FRAME_BYTES);
            while (length > 0) {
                ByteBuffer frame = unframed.slice(unframed.position(), length);
                unframed.position(unframed.position() + length);
                server.onClientData(path, frame);
                length = StreamFraming.frameLength(unframed, MAX_FRAME_BYTES);
            }
            if (length == StreamFraming.INVALID) {
                close();
            }
        }

        @Override
        public void sendTo(TransportAddress address, ByteBuffer bytes) {
            FiveTuple other = new FiveTuple(path.protocol(), path.client(), address);
            server.connect(other, this::onMessage);
            server.onClientData(other, bytes);
        }

        @Override
        public @Nullable Arrival receive(Duration wait) {
            return arrived.poll();
        }

        @Override
        public ByteBuffer receiveBytes(int count, Duration wait) {
            ByteBuffer bytes = ByteBuffer.allocate(count);
            while (bytes.hasRemaining() && !arrived.isEmpty()) {
                ByteBuffer first = arrived.element().bytes();
                int take = Math.min(first.remaining(), bytes.remaining());
                bytes.put(first.slice(first.position(), take));
                first.position(first.position() + take);
                if (!first.hasRemaining()) {
                    arrived.remove();
                }
            }
            return bytes.flip();
        }

        @Override
        public boolean closesWithin(Duration wait) {
            return closed;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                server.onStreamClosed(path);
            }
        }
    }
}
