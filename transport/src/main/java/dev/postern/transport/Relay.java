package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * An open UDP relay socket. It belongs to the thread of the shard that opened it. It sends to peers of its own family alone and
 * hears of no other: an IPv6 relay is never a way to IPv4, not by an IPv4-mapped address either.
 */
public interface Relay {

    /** What was given to {@link Shard#openRelay}. */
    Object attachment();

    /** The address that is bound, its port never 0. */
    TransportAddress localAddress();

    /** Sends one datagram of 0 bytes or more to a peer, under the terms of {@link Shard}; nothing happens once closed. */
    void send(TransportAddress peer, ByteBuffer payload);

    /**
     * As {@link #send}, not to be fragmented by anybody: with DF in IPv4, without a Fragment header in IPv6. One that is longer than the
     * packets of its way is counted as {@link TransportCounter#UDP_SEND_FAILED}, and {@link ShardHandler#onRelayIcmp} tells in the next round
     * how long these are; of many at once only some ({@link TransportCounter#RELAY_ERRORS_UNTOLD}).
     *
     * @throws UnsupportedOperationException where {@link Shard#canForbidFragments} says no
     */
    default void sendUnfragmented(TransportAddress peer, ByteBuffer payload) {
        throw new UnsupportedOperationException("this driver cannot forbid fragments");
    }

    /** Gives the port back; no datagram is handed in after this. A second call does nothing. */
    void close();
}
