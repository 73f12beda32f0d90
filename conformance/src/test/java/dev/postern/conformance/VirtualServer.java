package dev.postern.conformance;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.transport.ListenAddress;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.core.AllocationChange;
import dev.postern.turn.core.PeerConnection;
import dev.postern.turn.core.RelayLeg;
import dev.postern.turn.core.RelaySocket;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.core.TurnEngine;
import dev.postern.turn.core.TurnOutput;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Our two engines behind one address, as a shard has them, in virtual time and with virtual relay sockets. */
final class VirtualServer implements TurnOutput, BindingOutput {

    private static final int HEADROOM = 64;
    private static final long WALL_SECONDS = 1_800_000_000L;

    private final TurnEngine relayEngine;
    private final BindingEngine bindingEngine;
    private final Map<ClientAddress, VirtualWire> clients = new HashMap<>();
    private final Map<TransportAddress, BiConsumer<TransportAddress, ByteBuffer>> peers = new HashMap<>();
    private final Map<TransportAddress, RelaySocket> relays = new HashMap<>();
    private final Map<TransportAddress, RelayLeg> tcpRelays = new HashMap<>();
    private final Deque<Runnable> afterInput = new ArrayDeque<>();
    private final VirtualTcp tcp = new VirtualTcp(this);
    private long now;

    /** Whom a message goes to, whichever of the server's addresses it comes from. */
    private record ClientAddress(TransportProtocol protocol, TransportAddress address) {

        static ClientAddress of(FiveTuple path) {
            return new ClientAddress(path.protocol(), path.client());
        }
    }

    VirtualServer(TurnConfig config) {
        SharedState shared = new SharedState(
                config,
                VirtualSetups.HOST,
                () -> Instant.ofEpochSecond(WALL_SECONDS).plusNanos(now),
                new Random(42));
        shared.listensAt(config.listen().stream().map(ListenAddress::address).toList());
        this.relayEngine = new TurnEngine(shared, this);
        this.bindingEngine = new BindingEngine(this, null, config.software(), config.discovery());
    }

    long now() {
        return now;
    }

    /** Lets time pass, timeouts on the way. */
    void advance(Duration time) {
        long until = now + time.toNanos();
        while (relayEngine.nextTimeout() != Long.MAX_VALUE && relayEngine.nextTimeout() - until <= 0) {
            now = Math.max(now, relayEngine.nextTimeout());
            relayEngine.onTimeout(now);
            settle();
        }
        now = until;
    }

    /** A client's new path. */
    VirtualWire connect(FiveTuple path) {
        VirtualWire wire = new VirtualWire(this, path);
        clients.put(ClientAddress.of(path), wire);
        return wire;
    }

    VirtualWire wireOf(FiveTuple path) {
        return Objects.requireNonNull(clients.get(ClientAddress.of(path)));
    }

    VirtualTcp tcp() {
        return tcp;
    }

    TurnEngine engine() {
        return relayEngine;
    }

    @Nullable
    RelayLeg tcpLegOf(TransportAddress relayed) {
        return tcpRelays.get(relayed);
    }

    /** Where a socket is bound. */
    static TransportAddress addressOf(RelaySocket socket) {
        return (TransportAddress) Objects.requireNonNull(socket.attachment());
    }

    void detach(TransportAddress peer) {
        peers.remove(peer);
    }

    void attach(TransportAddress peer, BiConsumer<TransportAddress, ByteBuffer> receiver) {
        peers.put(peer, receiver);
    }

    /** One datagram or frame; the engines may write in front of it. */
    void onClientData(FiveTuple path, ByteBuffer data) {
        ByteBuffer copy = withHeadroom(data);
        if (isBinding(copy)) {
            bindingEngine.onPacket(now, path, copy);
        } else {
            relayEngine.onClientData(now, path, copy);
        }
        settle();
    }

    void onStreamClosed(FiveTuple path) {
        relayEngine.onStreamClosed(now, path);
        settle();
    }

    void onPeerData(TransportAddress peer, TransportAddress relayed, ByteBuffer data) {
        RelaySocket socket = relays.get(relayed);
        if (socket != null) {
            relayEngine.onRelayData(now, socket, peer, withHeadroom(data));
            settle();
        }
    }

    private static ByteBuffer withHeadroom(ByteBuffer data) {
        ByteBuffer copy = ByteBuffer.allocate(HEADROOM + data.remaining());
        copy.position(HEADROOM).put(data.duplicate()).position(HEADROOM);
        return copy;
    }

    private static boolean isBinding(ByteBuffer data) {
        return data.remaining() >= Short.BYTES && (data.getShort(data.position()) & 0xFEEF) == 1;
    }

    void settle() {
        while (!afterInput.isEmpty()) {
            afterInput.remove().run();
        }
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer message) {
        VirtualWire wire = clients.get(ClientAddress.of(path));
        if (wire != null) {
            wire.onMessage(path.server(), copyOf(message));
        }
    }

    @Override
    public void reply(FiveTuple path, ByteBuffer response) {
        toClient(path, response);
    }

    @Override
    public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        BiConsumer<TransportAddress, ByteBuffer> receiver = peers.get(peer);
        if (receiver != null) {
            receiver.accept(addressOf(socket), copyOf(payload));
        } else {
            afterInput.add(() -> portUnreachable(socket, peer));
        }
    }

    /** What a host says to a datagram for a port that nobody has (RFC 792, RFC 4443). */
    private void portUnreachable(RelaySocket socket, TransportAddress peer) {
        boolean ipv4 = peer.ip().isIpv4();
        relayEngine.onRelayIcmp(now, socket, peer, ipv4 ? 3 : 1, ipv4 ? 3 : 4, 0);
    }

    @Override
    public void openRelay(RelaySocket socket, TransportAddress bind) {
        open(relays, socket, bind);
    }

    private <S extends RelaySocket> void open(Map<TransportAddress, S> sockets, S socket, TransportAddress bind) {
        afterInput.add(() -> {
            socket.attach(bind);
            sockets.put(bind, socket);
            relayEngine.onRelayOpened(now, socket, bind);
        });
    }

    @Override
    public void openTcpRelay(RelayLeg leg, TransportAddress bind) {
        open(tcpRelays, leg, bind);
    }

    @Override
    public void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {
        afterInput.add(() -> tcp.connectPeer(leg, connection, target));
    }

    @Override
    public void closePeer(PeerConnection connection) {
        tcp.closePeer(connection);
    }

    @Override
    public void joinStreams(FiveTuple path, PeerConnection connection) {
        tcp.join(path, connection);
    }

    @Override
    public void closeRelay(RelaySocket socket) {
        relays.remove(addressOf(socket));
        tcpRelays.remove(addressOf(socket));
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
        return copy.put(bytes).flip();
    }

    @Override
    public void handOver(int shard, FiveTuple path, ByteBuffer message) {
        throw new AssertionError("there is one shard");
    }

    @Override
    public void handOverClose(int shard, FiveTuple path) {
        throw new AssertionError("there is one shard");
    }

    @Override
    public void allocationChanged(AllocationChange change) {
        // the log of a shell
    }

    @Override
    public void count(Event event) {
        // the counters of a shell
    }

    @Override
    public void malformed(DecodeResult reason) {
        // the counters of a shell
    }
}
