package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.time.Deadlines.Deadline;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection between a relayed transport address and a peer (RFC 6062 section 5), as the engine knows it. To the shell it
 * is opaque but for the {@linkplain #attach attachment} and {@link #pauseNanos}. Belongs to the thread of its allocation's engine, but for
 * these and {@link #claim}: the ConnectionBind may arrive on another shard.
 *
 * <pre>
 *   CONNECTING --peer answered--> UNBOUND --ConnectionBind--> BOUND
 *   (accepted from a peer) ---------/
 *   any of them --refused, timed out, closed, allocation ended--> ENDED
 * </pre>
 */
public final class PeerConnection {

    /** Where in its life a connection is. */
    enum State {
        /** A Connect waits for the peer. */
        CONNECTING,
        /** Connected, and no client's connection is bound to it yet. */
        UNBOUND,
        BOUND,
        ENDED
    }

    private final RelayLeg leg;
    private final TransportAddress peer;
    private final @Nullable ReplyTo connect;
    private final AtomicReference<State> state;
    private @Nullable Object attachment;
    private @Nullable Deadline deadline;
    private int id;

    /**
     * A connection that is asked for or accepted.
     *
     * @param peer the peer as its client knows it
     * @param connect the Connect to answer; null for a connection that the peer made
     */
    PeerConnection(RelayLeg leg, TransportAddress peer, @Nullable ReplyTo connect) {
        this.leg = leg;
        this.peer = peer;
        this.connect = connect;
        this.state = new AtomicReference<>(connect == null ? State.UNBOUND : State.CONNECTING);
    }

    /** Keeps what the shell wants to find again, such as its socket; before the connection can be bound. */
    public void attach(Object shellsOwn) {
        attachment = shellsOwn;
    }

    /** What {@link #attach} was given last; null before. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Charges bytes that came from either end once it is joined, which are passed on in any case, to its allocation's limits on bytes per second.
     * Any thread.
     *
     * @param nowNanos on the engine's clock
     * @return for how many nanoseconds no more should be read from that end; 0 for not at all
     */
    public long pauseNanos(long nowNanos, int bytes) {
        return allocation().traffic().pauseNanos(nowNanos, bytes);
    }

    Allocation allocation() {
        return leg.allocation();
    }

    /** The relay socket whose port it has. */
    RelayLeg leg() {
        return leg;
    }

    TransportAddress peer() {
        return peer;
    }

    /** The Connect that asked for it, or null. */
    @Nullable
    ReplyTo connect() {
        return connect;
    }

    @SuppressWarnings("NullAway") // an AtomicReference may hold null, this one is never given any
    State state() {
        return state.get();
    }

    /** CONNECTION-ID; of no meaning while connecting. */
    int id() {
        return id;
    }

    void named(int connectionId) {
        id = connectionId;
    }

    /** Sets or moves the moment at which its present state has lasted too long. */
    void due(Deadline whenDue) {
        forgetDeadline();
        deadline = whenDue;
    }

    void forgetDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    /** The peer has answered; false if the connection has ended meanwhile. */
    boolean connected() {
        return state.compareAndSet(State.CONNECTING, State.UNBOUND);
    }

    /** Binds it to a client's connection, once; any thread. */
    boolean claim() {
        return state.compareAndSet(State.UNBOUND, State.BOUND);
    }

    /** Ends it; what it was before. */
    State end() {
        return state.getAndSet(State.ENDED);
    }
}
