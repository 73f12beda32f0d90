package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A relay socket that many legs have as their relayed transport address; {@link SharedPeers} tells their peers apart. It is bound when
 * somebody wants it and stays so until the engine stops. Belongs to the engine's thread.
 */
final class SharedRelay extends RelaySocket implements RelaySource {

    /** Where in its life the socket is. */
    enum State {
        CLOSED,
        OPENING,
        OPEN,
        /** Not wanted any more before it was open. */
        UNWANTED,
        /** Could not be bound when it was last tried. */
        FAILED
    }

    private final AllocationTable home;
    private final RelayPool pool;
    private final int port;
    private final SharedPeers peers = new SharedPeers();
    private final List<RelayLeg> waiting = new ArrayList<>();
    private State state = State.CLOSED;
    private int seats;
    private int liveSeats;

    SharedRelay(AllocationTable home, RelayPool pool, int port) {
        this.home = home;
        this.pool = pool;
        this.port = port;
    }

    @Override
    public RelayPool pool() {
        return pool;
    }

    @Override
    AllocationTable home() {
        return home;
    }

    /** What to bind. */
    TransportAddress bindAddress() {
        return pool.bind(port);
    }

    SharedPeers peers() {
        return peers;
    }

    State state() {
        return state;
    }

    void moveTo(State next) {
        state = next;
    }

    /** The legs that wait until it is bound or has failed, in the order that they came. */
    List<RelayLeg> waiting() {
        return waiting;
    }

    /** How many legs there are, those that wait among them. */
    int seats() {
        return seats;
    }

    void count(int moreSeats) {
        seats += moreSeats;
    }

    /** How many of the legs relay, once this call has counted so many more. */
    int countLive(int moreSeats) {
        liveSeats += moreSeats;
        return liveSeats;
    }

    @Override
    @Nullable
    RelayLeg legFor(TransportAddress peer, long nowNanos) {
        Seat seat = peers.find(peer, nowNanos);
        return seat == null ? null : seat.leg();
    }

    @Override
    TurnCounter whyNobody(TransportAddress peer) {
        return peers.isAmbiguous(peer)
                ? TurnCounter.DROPPED_FROM_PEER_AMBIGUOUS
                : TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION;
    }
}
