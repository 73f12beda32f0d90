package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * The handler's way out: one thread with its sockets. Every method but {@link #execute} belongs to the shard's thread.
 *
 * <p>Sends never fail loudly: what cannot leave is dropped and counted ({@link TransportCounter}). When a send returns,
 * the buffer may be reused at once, unless it is the one that was handed in (see {@link ShardHandler}); its position is
 * undefined then.
 */
public interface Shard {

    /** Writable bytes in front of every buffer that is handed to a {@link ShardHandler}. */
    int HEADROOM = 64;

    /** The number of this shard, 0 and up. */
    int index();

    /**
     * The time of the input that is being handled, as given to {@link ShardHandler}; inside a task of {@link #execute},
     * the time at which the task began.
     */
    long nowNanos();

    /**
     * Sends one datagram or one frame to a client. UDP: from the socket that listens on {@code path.server()}. TCP: on
     * that stream, where a ChannelData message is given without padding and the transport pads it (RFC 8656 section 12.5);
     * a stream over its high-water mark loses ChannelData and Data indications first, and is closed at its hard limit. A
     * stream that lives on another shard is reached through that one.
     */
    void toClient(FiveTuple path, ByteBuffer data);

    /**
     * Binds a UDP relay socket on this shard, port 0 meaning any. The answer comes after the current call has returned, as
     * {@link ShardHandler#onRelayOpened} or {@link ShardHandler#onRelayFailed}. A port given back by {@link Relay#close}
     * before this call is free again for it.
     *
     * @param attachment kept for the handler, see {@link Relay#attachment()}
     */
    void openRelay(TransportAddress bind, Object attachment);

    /** Whether relays of this shard can {@link Relay#sendUnfragmented}; always the same. */
    boolean canForbidFragments();

    /**
     * Closes a client's stream after what was written to it; {@link ShardHandler#onStreamClosed} follows later. Nothing
     * happens for a path that is no open stream.
     */
    void closeStream(FiveTuple path);

    /**
     * Binds a TCP relay port on this shard, port 0 meaning any. The answer comes after the current call has returned, as {@link
     * TcpRelayHandler#onTcpRelayOpened} or {@link TcpRelayHandler#onTcpRelayFailed}; where no stream is listened for it is the
     * latter.
     *
     * @param attachment kept for the handler, see {@link TcpRelay#attachment()}
     */
    void openTcpRelay(TransportAddress bind, Object attachment);

    /**
     * Makes a client's stream and a peer's one: from now on bytes go both ways as they are, behind what was given to {@link
     * #toClient} before, and no frame of it is handed in any more. When one of them ends the other one does after its bytes; {@link
     * TcpRelayHandler#onPeerClosed} and {@link ShardHandler#onStreamClosed} follow, each on the shard that it belongs to. A
     * stream that lives on another shard is reached through that one; if it is gone, the peer's is closed.
     *
     * @param meter asked for each read from either end, on the event loops of the streams
     */
    void join(FiveTuple path, PeerStream peer, StreamMeter meter);

    /**
     * Gives a message to another shard, whose handler gets a copy as if it had been received there: as {@link
     * ShardHandler#onDatagram} or {@link ShardHandler#onFrame}, by the protocol of {@code path}. What that shard answers goes to
     * the client as always. More than a bounded number of bytes on the way are dropped and counted.
     *
     * @param shard its number, below the count of shards
     */
    void handOver(int shard, FiveTuple path, ByteBuffer data);

    /** Tells another shard's handler that a stream has ended, as {@link ShardHandler#onStreamClosed}. */
    void handOverClose(int shard, FiveTuple path);

    /**
     * Runs a task on this shard's thread, after those that were given earlier by the same thread. Any thread may call. A
     * task that comes after the shard has stopped is dropped.
     */
    void execute(Runnable task);
}
