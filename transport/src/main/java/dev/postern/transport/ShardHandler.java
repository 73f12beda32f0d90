package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * What a shard calls: the engine's inputs. One handler belongs to one shard, and every call is made on that shard's
 * thread; no call is made while another one runs, so a handler needs no lock and is never re-entered from its own
 * outputs.
 *
 * <p>Time is {@code nowNanos}: nanoseconds since {@link Shards} started, never negative, the same origin for all shards
 * of one {@link Shards}.
 *
 * <p>A buffer that is handed in is valid during the call only. Its bytes lie between position and limit, are writable,
 * and have at least {@link Shard#HEADROOM} writable bytes in front of the position, so that a header can be written in
 * place. After a part of it was passed to a send of {@link Shard} or {@link Relay} the handler must not change these
 * bytes again: a batching driver reads them at the end of the batch.
 *
 * <p>A handler that throws loses that one input: the shard counts {@link TransportCounter#HANDLER_FAILURES}, logs with a
 * limit, and goes on.
 */
public interface ShardHandler extends TcpRelayHandler {

    /** A datagram of 0 bytes or more came to the UDP listener at {@code path.server()}. */
    void onDatagram(long nowNanos, FiveTuple path, ByteBuffer data);

    /**
     * A stream brought one frame: a STUN message or one ChannelData message. A ChannelData frame comes <em>without</em> the
     * padding that streams put behind it (RFC 8656 section 12.5), so that it looks as it does in a datagram.
     */
    void onFrame(long nowNanos, FiveTuple path, ByteBuffer frame);

    /**
     * A stream has ended: closed by the client, by a limit, or by {@link Shard#closeStream}. Called once per accepted
     * stream, after its last frame, also when no frame ever came on it. Not called for the streams that are open when
     * {@link Shards} closes.
     */
    void onStreamClosed(long nowNanos, FiveTuple path);

    /** The relay that was asked for is bound; {@link Relay#localAddress()} is valid. Never called inside openRelay. */
    void onRelayOpened(long nowNanos, Relay relay);

    /**
     * The relay that was asked for could not be bound; nothing is left of it. Never called inside openRelay.
     *
     * @param attachment what was given to {@link Shard#openRelay}
     * @param reason the operating system's words, such as "Address already in use"
     */
    void onRelayFailed(long nowNanos, Object attachment, String reason);

    /** A datagram of 0 bytes or more came from {@code peer} to an open relay. */
    void onRelayDatagram(long nowNanos, Relay relay, TransportAddress peer, ByteBuffer data);

    /**
     * An ICMP error came about a datagram that was sent from an open relay. Anybody can forge one who knows or guesses both addresses.
     *
     * @param peer where the datagram was sent to
     * @param type the ICMP type, of the relay's family
     * @param code the ICMP code, 0 to 255
     * @param data the MTU of the next hop in bytes where the packet was too big
     */
    default void onRelayIcmp(long nowNanos, Relay relay, TransportAddress peer, int type, int code, int data) {}

    /**
     * When {@link #onTimeout} is due, in the nanoseconds of {@code nowNanos}; a time that has passed means at once,
     * {@link Long#MAX_VALUE} never. Asked after every round of inputs; must be cheap.
     */
    long nextTimeout();

    /** The time of {@link #nextTimeout()} has come. Must bound its own work: what is left over is due at once. */
    void onTimeout(long nowNanos);
}
