package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;

/**
 * What {@link TurnEngine} tells its shell to do for TCP relaying (RFC 6062), under the terms of {@link TurnOutput}. A shell whose server
 * does not offer it is never asked and may leave all of this as it is.
 */
public interface TcpRelayOutput {

    /**
     * Binds a TCP socket that accepts peers, and from whose port {@link #connectPeer} connects. The answer is as to
     * {@link TurnOutput#openRelay}, and so is the end.
     */
    default void openTcpRelay(RelayLeg leg, TransportAddress bind) {
        throw new UnsupportedOperationException("no TCP relaying here");
    }

    /**
     * Connects from the leg's own port to {@code target}. The answer is at most one {@link TcpRelayInput#onPeerConnected} or {@link
     * TcpRelayInput#onPeerConnectFailed}, after this call has returned; how long to wait is the engine's to say. Nothing that
     * the peer sends is read before {@link #joinStreams}.
     */
    default void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {
        throw new UnsupportedOperationException("no TCP relaying here");
    }

    /**
     * Closes a peer connection, connected or not, and the client's stream that was joined to it. No input about the connection
     * may follow but the last {@link TcpRelayInput#onPeerTraffic}.
     */
    default void closePeer(PeerConnection connection) {
        throw new UnsupportedOperationException("no TCP relaying here");
    }

    /**
     * Makes the client's stream and the peer connection one: bytes as they are, both ways, behind all that was given to
     * {@link TurnOutput#toClient} for {@code path} before. {@code connection} may belong to the engine of another shard.
     * The shell asks {@link PeerConnection#pauseNanos} for each read from either end, and pauses.
     */
    default void joinStreams(FiveTuple path, PeerConnection connection) {
        throw new UnsupportedOperationException("no TCP relaying here");
    }
}
