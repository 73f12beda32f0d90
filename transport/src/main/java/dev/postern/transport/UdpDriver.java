package dev.postern.transport;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * What moves the datagrams of one shard: its listener sockets, its relay sockets, and the wait on all of them. The seam
 * under {@link ShardLoop}; a driver knows no time, no handler and no other shard.
 *
 * <p>Owner: the shard's thread, except {@link #wakeup}; {@link #listen} is called before that thread starts, and
 * {@link #close} after it has ended or on it.
 *
 * <p>A driver that batches collects what {@link #toClient} and {@link Relay#send} are given and lets it go when a batch of
 * its own ends or in {@link #flush}; what a relay was given leaves before it is closed. It may keep a reference to bytes that lie
 * in a buffer it handed to the {@link Receiver} until then; all other bytes it copies before the send returns.
 */
interface UdpDriver extends AutoCloseable {

    /** Takes what a driver receives, inside {@link #poll}. Buffers are as {@link ShardHandler} promises them. */
    interface Receiver {

        /** A batch begins: read the clock. */
        void onBatch();

        /** One datagram at a listener. */
        void onDatagram(FiveTuple path, ByteBuffer data);

        /** One datagram at a relay that is open. */
        void onRelayDatagram(Relay relay, TransportAddress peer, ByteBuffer data);

        /**
         * One ICMP error about a datagram that an open relay sent, as {@link ShardHandler#onRelayIcmp} has it. A driver that does not hear of
         * them never calls.
         */
        default void onRelayIcmp(Relay relay, TransportAddress peer, int type, int code, int data) {}
    }

    /**
     * Which of several listeners with one port this is. The first is bound alone, so that a port in use is noticed, and shared after
     * that; the address of the others is what the first one got, and they are bound in their order.
     *
     * @param index counted from 0
     * @param of how many there are, 1 and up
     */
    record Sharing(int index, int of) {

        /** One listener owns the port. */
        static final Sharing ALONE = new Sharing(0, 1);

        boolean isFirst() {
            return index == 0;
        }
    }

    /** Waits forever, in {@link #poll}. */
    long FOREVER = -1;

    /** A word for log lines: {@code nio}. */
    String name();

    /**
     * Binds a listener.
     *
     * @return the address that is bound, its port never 0
     */
    TransportAddress listen(TransportAddress address, Sharing sharing) throws IOException;

    /** The inodes of those listeners' sockets that take requests and no data; empty where each takes everything. Any thread, after the last {@link #listen}. */
    Set<String> controlInodes();

    /**
     * Waits until something can be received, {@link #wakeup} was called, or the time is over; then receives at most a fixed
     * number of datagrams from each socket that has some, so that no socket keeps the others, the timers or the tasks
     * waiting. What is left is taken by the next call. Listeners may be looked at several times meanwhile, so that many relays do not
     * keep them waiting.
     *
     * @param timeoutNanos 0 does not wait, {@link #FOREVER} waits without end; may be rounded up to a millisecond
     */
    void poll(long timeoutNanos, Receiver receiver) throws IOException;

    /** Whether a socket had in the last {@link #poll} all that it was asked for, and that was more than one: it may well have more. */
    boolean isBehind();

    /** Sends or collects one datagram to {@code path.client()} from the listener at {@code path.server()}; never throws. */
    void toClient(FiveTuple path, ByteBuffer data);

    /** Whether a relay of this driver can {@link Relay#sendUnfragmented}. */
    default boolean canForbidFragments() {
        return false;
    }

    /** Binds a relay; its {@code send} and {@code close} belong to the same thread. */
    Relay openRelay(TransportAddress bind, Object attachment) throws IOException;

    /** Lets go of what was collected. */
    void flush();

    /** Ends a wait, now or the next one; any thread. */
    void wakeup();

    /** Lets go of what was collected, and closes every socket. */
    @Override
    void close();
}
