package dev.postern.turn.net;

import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.SourceLimiter;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.transport.Counters;
import dev.postern.transport.PeerStream;
import dev.postern.transport.Relay;
import dev.postern.transport.Shard;
import dev.postern.transport.ShardHandler;
import dev.postern.transport.TcpRelay;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.core.AllocationChange;
import dev.postern.turn.core.PeerConnection;
import dev.postern.turn.core.RelayLeg;
import dev.postern.turn.core.RelaySocket;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.core.TurnEngine;
import dev.postern.turn.core.TurnOutput;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One shard's two engines behind one socket: Binding goes to the STUN server's, all else to the relay's. Belongs to the shard's
 * thread; {@link #count} may be asked by any.
 */
public final class TurnHandler implements ShardHandler, TurnOutput, BindingOutput {

    /** Where the life of allocations is told. */
    public static final String LOGGER = AllocationLog.class.getName();

    /** The type of a STUN message without its two class bits (RFC 8489 section 5); the two bits above are zero. */
    private static final int METHOD_BITS = 0x3EEF;

    private static final int BINDING_BITS = 0x0001;

    private final Shard shard;
    private final TurnEngine relayEngine;
    private final BindingEngine bindingEngine;
    private final Counters<TurnCounter> bindings = new Counters<>(TurnCounter.class);
    private final AllocationLog log;
    private final DryRunLog dryRunLog = new DryRunLog();

    /** Null once the shared ports are settled; listeners serve before, and clients may ask for sockets then. */
    private @Nullable SharedPortStart start = new SharedPortStart();

    /** Engines of one shard, with one limit for what strangers get from both. */
    public TurnHandler(Shard shard, SharedState shared, TurnConfig config) {
        this(shard, shared, config, LOGGER);
    }

    /**
     * The same with another logger.
     *
     * @param logger where the life of allocations is told, such as {@link #LOGGER}
     */
    public TurnHandler(Shard shard, SharedState shared, TurnConfig config, String logger) {
        this.shard = shard;
        this.log = new AllocationLog(logger);
        SourceLimiter limiter = shared.newSourceLimiter();
        this.relayEngine = new TurnEngine(shared, shard.index(), this, limiter);
        this.bindingEngine = new BindingEngine(this, limiter, config.software(), config.discovery());
    }

    /** How often something happened on this shard, or is the case now. */
    public long count(TurnCounter counter) {
        return relayEngine.count(counter) + bindings.get(counter);
    }

    /** Looks once more at the requests that wait for a user's credentials. */
    public void credentialsChanged(String username) {
        relayEngine.credentialsChanged(shard.nowNanos(), username);
    }

    /** Ends the allocations of users and rooms that were revoked; returns how many. */
    public int endRevoked() {
        return relayEngine.endRevoked();
    }

    /**
     * Binds the ports that allocations share.
     *
     * @param done ends when all are bound, or with a {@link dev.postern.transport.BindFailedException} if one cannot be
     */
    public void openSharedPorts(CompletableFuture<Void> done) {
        SharedPortStart begun = start;
        if (begun == null) {
            throw new IllegalStateException("the shared ports are bound once");
        }
        begun.forgetFailure();
        relayEngine.openSharedRelays();
        if (begun.allAsked(done)) {
            start = null;
        }
    }

    /** Ends all allocations. */
    public void stop() {
        relayEngine.stop();
    }

    @Override
    public void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data) {
        onClientData(nowNanos, path, data);
    }

    @Override
    public void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame) {
        onClientData(nowNanos, path, frame);
    }

    private void onClientData(long nowNanos, FiveTuple path, ByteBuffer data) {
        if (isBinding(data)) {
            countDatagram(path, TurnCounter.UNAUTHENTICATED_BYTES_IN, data.remaining());
            bindingEngine.onPacket(nowNanos, path, data);
        } else {
            relayEngine.onClientData(nowNanos, path, data);
        }
    }

    private void countDatagram(FiveTuple path, TurnCounter counter, int bytes) {
        if (!path.protocol().isStream()) {
            bindings.add(counter, bytes);
        }
    }

    private static boolean isBinding(ByteBuffer data) {
        if (data.remaining() < Short.BYTES) {
            return false;
        }
        int type = data.getShort(data.position()) & 0xFFFF;
        return type <= 0x3FFF && (type & METHOD_BITS) == BINDING_BITS;
    }

    @Override
    public void onStreamClosed(long nowNanos, FiveTuple path) {
        relayEngine.onStreamClosed(nowNanos, path);
    }

    @Override
    public void onRelayOpened(long nowNanos, Relay relay) {
        RelaySocket socket = (RelaySocket) relay.attachment();
        socket.attach(relay);
        relayEngine.onRelayOpened(nowNanos, socket, relay.localAddress());
        if (start != null && start.bound(socket)) {
            start = null;
        }
    }

    @Override
    public void onRelayFailed(long nowNanos, Object attachment, String reason) {
        log.relayFailed(reason);
        relayEngine.onRelayFailed(nowNanos, (RelaySocket) attachment);
        if (start != null && start.failed(attachment, reason)) {
            start = null;
        }
    }

    @Override
    public void onRelayDatagram(long nowNanos, Relay relay, TransportAddress peer, ByteBuffer data) {
        relayEngine.onRelayData(nowNanos, (RelaySocket) relay.attachment(), peer, data);
    }

    @Override
    public void onRelayIcmp(long nowNanos, Relay relay, TransportAddress peer, int type, int code, int data) {
        relayEngine.onRelayIcmp(nowNanos, (RelaySocket) relay.attachment(), peer, type, code, data);
    }

    @Override
    public long nextTimeout() {
        return relayEngine.nextTimeout();
    }

    @Override
    public void onTimeout(long nowNanos) {
        relayEngine.onTimeout(nowNanos);
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer message) {
        shard.toClient(path, message);
    }

    @Override
    public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        relayOf(socket).send(peer, payload);
    }

    @Override
    public boolean canForbidFragments() {
        return shard.canForbidFragments();
    }

    @Override
    public void toPeerUnfragmented(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        relayOf(socket).sendUnfragmented(peer, payload);
    }

    @Override
    public void openRelay(RelaySocket socket, TransportAddress bind) {
        if (start != null && socket.isShared()) {
            start.asked(socket, bind);
        }
        shard.openRelay(bind, socket);
    }

    @Override
    public void closeRelay(RelaySocket socket) {
        if (socket.attachment() instanceof TcpRelay relay) {
            relay.close();
        } else {
            relayOf(socket).close();
        }
    }

    private static Relay relayOf(RelaySocket socket) {
        if (socket.attachment() instanceof Relay relay) {
            return relay;
        }
        throw new IllegalStateException("the relay is not open");
    }

    @Override
    public void openTcpRelay(RelayLeg leg, TransportAddress bind) {
        shard.openTcpRelay(bind, leg);
    }

    @Override
    public void onTcpRelayOpened(long nowNanos, TcpRelay relay) {
        RelayLeg leg = (RelayLeg) relay.attachment();
        leg.attach(relay);
        relayEngine.onRelayOpened(nowNanos, leg, relay.localAddress());
    }

    @Override
    public void onTcpRelayFailed(long nowNanos, Object attachment, String reason) {
        onRelayFailed(nowNanos, attachment, reason);
    }

    @Override
    public void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {
        if (leg.attachment() instanceof TcpRelay relay) {
            connection.attach(relay.connect(target, connection));
        }
    }

    @Override
    public void closePeer(PeerConnection connection) {
        streamOf(connection).close();
    }

    @Override
    public void joinStreams(FiveTuple path, PeerConnection connection) {
        shard.join(path, streamOf(connection), connection::pauseNanos);
    }

    @Override
    public void onPeerAccepted(long nowNanos, TcpRelay relay, PeerStream peer) {
        RelayLeg leg = (RelayLeg) relay.attachment();
        peer.attach(relayEngine.tcpRelaying().onPeerAccepted(nowNanos, leg, peer.peer(), peer));
    }

    @Override
    public void onPeerConnected(long nowNanos, PeerStream peer) {
        relayEngine.tcpRelaying().onPeerConnected(nowNanos, connectionOf(peer));
    }

    @Override
    public void onPeerConnectFailed(long nowNanos, PeerStream peer) {
        relayEngine.tcpRelaying().onPeerConnectFailed(nowNanos, connectionOf(peer));
    }

    @Override
    public void onPeerClosed(long nowNanos, PeerStream peer) {
        relayEngine.tcpRelaying().onPeerClosed(nowNanos, connectionOf(peer));
    }

    @Override
    public void onPeerTraffic(long nowNanos, PeerStream peer, long toPeerBytes, long toClientBytes) {
        relayEngine.tcpRelaying().onPeerTraffic(nowNanos, connectionOf(peer), toPeerBytes, toClientBytes);
    }

    private static PeerStream streamOf(PeerConnection connection) {
        if (connection.attachment() instanceof PeerStream stream) {
            return stream;
        }
        throw new IllegalStateException("the connection has no socket");
    }

    private static PeerConnection connectionOf(PeerStream stream) {
        if (stream.attachment() instanceof PeerConnection connection) {
            return connection;
        }
        throw new IllegalStateException("the socket is no connection's");
    }

    @Override
    public void handOver(int other, FiveTuple path, ByteBuffer message) {
        shard.handOver(other, path, message);
    }

    @Override
    public void handOverClose(int other, FiveTuple path) {
        shard.handOverClose(other, path);
    }

    @Override
    public void peerPassedByDryRun(String username, TransportAddress peer) {
        dryRunLog.passed(shard.nowNanos(), username, peer);
    }

    @Override
    public void allocationChanged(AllocationChange change) {
        log.changed(change);
    }

    @Override
    public void reply(FiveTuple path, ByteBuffer response) {
        countDatagram(path, TurnCounter.UNAUTHENTICATED_BYTES_OUT, response.remaining());
        shard.toClient(path, response);
    }

    @Override
    public void count(Event event) {
        bindings.add(
                switch (event) {
                    case SUCCEEDED -> TurnCounter.BINDINGS_ANSWERED;
                    case REFUSED_BAD_REQUEST, REFUSED_UNKNOWN_ATTRIBUTE -> TurnCounter.BINDINGS_REFUSED;
                    case DROPPED_OVER_LIMIT -> TurnCounter.BINDINGS_OVER_LIMIT;
                    case DROPPED_BAD_FINGERPRINT -> TurnCounter.DROPPED_MALFORMED;
                    case DROPPED_METHOD, IGNORED_INDICATION, IGNORED_RESPONSE -> TurnCounter.BINDINGS_IGNORED;
                });
    }

    @Override
    public void malformed(DecodeResult reason) {
        bindings.add(TurnCounter.DROPPED_MALFORMED);
    }
}
