package dev.postern.natsim.explore;

import dev.postern.natsim.explore.Candidate.Kind;
import dev.postern.stun.TransportAddress;

/** A candidate pair of the model: from the agent's socket or its relay to an address of the peer. */
final class Pair {

    /** RFC 8445 section 6.1.2.6, without Frozen: there is one component. */
    enum State {
        WAITING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED
    }

    private static final int MAX_TRIGGERED = 8;

    private final boolean relayedBase;
    private final Candidate remote;
    private final long priority;
    private State state = State.WAITING;
    private int sent;
    private int triggered;

    Pair(boolean relayedBase, Candidate remote, boolean controlling) {
        this.relayedBase = relayedBase;
        this.remote = remote;
        long own = (relayedBase ? Kind.RELAYED : Kind.HOST).priority();
        long other = remote.kind().priority();
        long controllings = controlling ? own : other;
        long controlleds = controlling ? other : own;
        /* RFC 8445 section 6.1.2.3, with 2^30 in the place of 2^32: so it stays positive. */
        this.priority = (Math.min(controllings, controlleds) << 30)
                + 2 * Math.max(controllings, controlleds)
                + (controllings > controlleds ? 1 : 0);
    }

    boolean relayedBase() {
        return relayedBase;
    }

    Candidate remote() {
        return remote;
    }

    TransportAddress address() {
        return remote.address();
    }

    boolean isRelayed() {
        return relayedBase || remote.kind() == Kind.RELAYED;
    }

    long priority() {
        return priority;
    }

    State state() {
        return state;
    }

    void succeed() {
        state = State.SUCCEEDED;
    }

    void fail() {
        state = State.FAILED;
    }

    /** Whether a check of the peer makes this agent check anew (RFC 8445 section 7.3.1.4); bounded, lest two agents never end. */
    boolean mayTrigger() {
        if (state == State.SUCCEEDED || triggered >= MAX_TRIGGERED) {
            return false;
        }
        triggered++;
        sent = 0;
        return true;
    }

    /** How many checks were sent since it began, or began anew. */
    int sent() {
        return sent;
    }

    /** Counts a check; the first is number 1. */
    int countSent() {
        state = State.IN_PROGRESS;
        return ++sent;
    }
}
