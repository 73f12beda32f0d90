package dev.postern.transport;

/**
 * What a shard calls for the TCP relays that its handler opened, under the terms of {@link ShardHandler}. A handler that opens none
 * hears nothing of this.
 */
public interface TcpRelayHandler {

    /** The relay that was asked for is bound. Never called inside openTcpRelay. */
    default void onTcpRelayOpened(long nowNanos, TcpRelay relay) {}

    /**
     * The relay that was asked for could not be bound; nothing is left of it. Never called inside openTcpRelay.
     *
     * @param attachment what was given to {@link Shard#openTcpRelay}
     * @param reason the operating system's words
     */
    default void onTcpRelayFailed(long nowNanos, Object attachment, String reason) {}

    /** A peer has connected to the relay. The handler keeps or closes the stream. */
    default void onPeerAccepted(long nowNanos, TcpRelay relay, PeerStream peer) {
        peer.close();
    }

    /** The connection that {@link TcpRelay#connect} asked for is there. */
    default void onPeerConnected(long nowNanos, PeerStream peer) {}

    /** The connection that {@link TcpRelay#connect} asked for cannot be had; nothing is left of it. */
    default void onPeerConnectFailed(long nowNanos, PeerStream peer) {}

    /** A connection has ended, not by {@link PeerStream#close}, and with it the client's stream that was joined to it. */
    default void onPeerClosed(long nowNanos, PeerStream peer) {}

    /** So many bytes went between the peer and the client's stream that is joined to it since the last call; every second or so. */
    default void onPeerTraffic(long nowNanos, PeerStream peer, long toPeerBytes, long toClientBytes) {}
}
