package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what an engine tells its shell, as copies. Strict: a socket is opened once at a time, sends only while it is open, and is closed
 * once.
 */
final class RecordingOutput implements TurnOutput {

    final List<String> passedByDryRun = new ArrayList<>();
    /** A message to a client. */
    record ToClient(FiveTuple path, ByteBuffer message) {}

    /** A datagram to a peer. */
    record ToPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload, boolean whole) {}

    /** A socket that was asked for. */
    record Open(RelaySocket socket, TransportAddress bind) {}

    /** A message, or with none the end of a stream, for another shard. */
    record HandedOver(int shard, FiveTuple path, @Nullable ByteBuffer message) {}

    /** A connection that was asked for. */
    record Connect(RelayLeg leg, PeerConnection connection, TransportAddress target) {}

    /** A stream that was joined to a connection. */
    record Join(FiveTuple path, PeerConnection connection) {}

    final Deque<Connect> connects = new ArrayDeque<>();
    final List<PeerConnection> closedPeers = new ArrayList<>();
    final List<Join> joins = new ArrayList<>();
    final List<ToClient> toClients = new ArrayList<>();
    final List<ToPeer> toPeers = new ArrayList<>();
    final Deque<Open> opens = new ArrayDeque<>();
    final Deque<HandedOver> handedOver = new ArrayDeque<>();
    final List<AllocationChange> changes = new ArrayList<>();
    final List<RelaySocket> open = new ArrayList<>();
    int opened;

    /** Whether this shell can set DF; before the engine is made. */
    boolean canForbidFragments;

    /** Keeps no data from now on, so that nothing is allocated for it. */
    boolean discardsData;

    /** What came last while discarding: it leaves the engine as it would to a shell, so that no compiler can do without it. */
    @Nullable
    Object lastDiscarded;

    @Override
    public void toClient(FiveTuple path, ByteBuffer message) {
        if (discardsData) {
            lastDiscarded = message;
            return;
        }
        toClients.add(new ToClient(path, copyOf(message)));
    }

    @Override
    public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        if (discardsData) {
            lastDiscarded = payload;
            return;
        }
        if (!open.contains(socket)) {
            throw new AssertionError("data leaves through a socket that is not open");
        }
        toPeers.add(new ToPeer(socket, peer, copyOf(payload), false));
    }

    @Override
    public boolean canForbidFragments() {
        return canForbidFragments;
    }

    @Override
    public void toPeerUnfragmented(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        if (!canForbidFragments || !open.contains(socket)) {
            throw new AssertionError("data leaves whole through a socket that cannot do that");
        }
        toPeers.add(new ToPeer(socket, peer, copyOf(payload), true));
    }

    @Override
    public void openRelay(RelaySocket socket, TransportAddress bind) {
        if (open.contains(socket) || opens.stream().anyMatch(asked -> asked.socket() == socket)) {
            throw new AssertionError("a socket is opened twice");
        }
        opened++;
        opens.add(new Open(socket, bind));
    }

    @Override
    public void openTcpRelay(RelayLeg leg, TransportAddress bind) {
        if (!leg.isTcp()) {
            throw new AssertionError("a UDP leg is opened for TCP");
        }
        openRelay(leg, bind);
    }

    @Override
    public void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {
        if (!open.contains(leg)) {
            throw new AssertionError("a connection is asked for from a port that is not open");
        }
        connects.add(new Connect(leg, connection, target));
    }

    @Override
    public void closePeer(PeerConnection connection) {
        if (closedPeers.contains(connection)) {
            throw new AssertionError("a connection is closed twice");
        }
        closedPeers.add(connection);
    }

    @Override
    public void joinStreams(FiveTuple path, PeerConnection connection) {
        if (joins.stream().anyMatch(join -> join.connection() == connection)) {
            throw new AssertionError("a connection is joined twice");
        }
        joins.add(new Join(path, connection));
    }

    @Override
    public void closeRelay(RelaySocket socket) {
        if (!open.remove(socket)) {
            throw new AssertionError("a socket is closed that is not open");
        }
    }

    @Override
    public void handOver(int shard, FiveTuple path, ByteBuffer message) {
        handedOver.add(new HandedOver(shard, path, copyOf(message)));
    }

    @Override
    public void handOverClose(int shard, FiveTuple path) {
        handedOver.add(new HandedOver(shard, path, null));
    }

    @Override
    public void peerPassedByDryRun(String username, TransportAddress peer) {
        passedByDryRun.add(username + " " + peer);
    }

    @Override
    public void allocationChanged(AllocationChange change) {
        changes.add(change);
    }

    /** A copy whose bytes lie from position 0 to its limit; the original is left as a shell may leave it: moved. */
    private static ByteBuffer copyOf(ByteBuffer buffer) {
        ByteBuffer copy = ByteBuffer.allocate(buffer.remaining());
        copy.put(buffer).flip();
        return copy;
    }
}
