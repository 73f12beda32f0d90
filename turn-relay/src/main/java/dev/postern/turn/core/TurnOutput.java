package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;

/**
 * What {@link TurnEngine} tells its shell to do. Every call is made during an input, on the engine's thread, and must not call
 * the engine back. A buffer is big-endian, its bytes lie between position and limit, and it is valid during the call only; the
 * shell may move position and limit.
 */
public interface TurnOutput extends TcpRelayOutput {

    /**
     * Sends one STUN or ChannelData message on the client's path. On a stream, a ChannelData message is followed by zero bytes
     * up to a multiple of 4 (RFC 8656 section 12.5), which are the shell's to add.
     */
    void toClient(FiveTuple path, ByteBuffer message);

    /** Sends one datagram of 0 bytes or more from the open socket to the peer. */
    void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload);

    /**
     * Whether the shell can send datagrams that must not be fragmented on their way: with DF in IPv4, without a Fragment header in IPv6.
     * If not, DONT-FRAGMENT is an unknown attribute. Asked once, when the engine is made.
     */
    default boolean canForbidFragments() {
        return false;
    }

    /** As {@link #toPeer}, not to be fragmented; called only if the shell {@linkplain #canForbidFragments can} do that. */
    default void toPeerUnfragmented(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        throw new UnsupportedOperationException("this shell cannot forbid fragments");
    }

    /**
     * Binds a UDP socket. The answer is exactly one {@link TurnEngine#onRelayOpened} or {@link TurnEngine#onRelayFailed}, after this
     * call has returned.
     */
    void openRelay(RelaySocket socket, TransportAddress bind);

    /** Closes a socket that was open; its port may be asked for again at once. No input about it may follow. */
    void closeRelay(RelaySocket socket);

    /**
     * Makes a message an input of the engine of another shard: the shell copies it and calls that engine's {@link
     * TurnEngine#onClientData} with it, on that engine's thread, or drops it when too much is on the way.
     *
     * @param shard the number that the other engine was made with
     */
    void handOver(int shard, FiveTuple path, ByteBuffer message);

    /** Makes the end of a stream an input of the engine of another shard, as {@link TurnEngine#onStreamClosed}; never dropped. */
    void handOverClose(int shard, FiveTuple path);

    /**
     * Hears that the peer policy would refuse a peer if it were no dry run. It may be called for each packet. A shell that has no log
     * need not listen.
     *
     * @param username as the client sent it: escape it before it meets a log
     * @param peer its port 0 where only an address was named
     */
    default void peerPassedByDryRun(String username, TransportAddress peer) {}

    /** Hears of a step in the life of an allocation. */
    void allocationChanged(AllocationChange change);
}
