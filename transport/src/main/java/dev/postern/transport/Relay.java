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

    /** Gives the port back; no datagram is handed in after this. A second call does nothing. */
    void close();
}
