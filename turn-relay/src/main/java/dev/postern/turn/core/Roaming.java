package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import org.jspecify.annotations.Nullable;

/**
 * Where the client of one allocation is, and where it goes (RFC 8016 section 3.2). A resume makes a second 5-tuple serve the
 * allocation too; peers' data keep going to the first one until the client sends data on the second, which then replaces it.
 *
 * <p>The ticket that a resume came with stays valid beside the one that answered it until the client's data confirm that the answer
 * has arrived, so that a lost answer loses no allocation. A further resume replaces the one that was not confirmed: there are never
 * more than two 5-tuples and two tickets.
 *
 * <pre>
 *   SETTLED --resume--> MOVING --client's data on the new path--> SETTLED
 *      |                  |  \--stream of the new path closed--/
 *      | stream closed    | stream closed, and no other path
 *      \----> AWAY <------/       AWAY --resume--> MOVING
 * </pre>
 *
 * Belongs to the thread of its allocation.
 */
final class Roaming {

    /** Where the client is. */
    enum State {
        /** It has one 5-tuple. */
        SETTLED,
        /** It has resumed on a 5-tuple and sent no data there yet. */
        MOVING,
        /** Its stream has closed; it may come back by another one as long as the allocation lives. */
        AWAY,
        /** Its allocation is no more. */
        ENDED
    }

    private final AllocationTable table;
    private final MobilityTickets tickets;
    private final Allocation allocation;
    private State state = State.SETTLED;
    private String ticket;
    private @Nullable String usedTicket;
    private @Nullable FiveTuple next;

    Roaming(AllocationTable table, MobilityTickets tickets, Allocation allocation) {
        this.table = table;
        this.tickets = tickets;
        this.allocation = allocation;
        this.ticket = tickets.issue(allocation);
    }

    State state() {
        return state;
    }

    /** The ticket for the next move. */
    String ticket() {
        return ticket;
    }

    /**
     * Whether a Refresh with this ticket, which is one of this allocation's, may come by a 5-tuple that serves the allocation: only as
     * a repetition of the resume that made it so, or back on the old 5-tuple while the new one is not confirmed.
     */
    boolean mayResumeOnOwnPath(FiveTuple path, String presented) {
        return state == State.MOVING && (!path.equals(next) || presented.equals(usedTicket));
    }

    /** The client comes by this 5-tuple, with one of the tickets; false if another allocation has that 5-tuple. */
    boolean resume(FiveTuple path, String presented) {
        if (state == State.MOVING && path.equals(next)) {
            return true; // again: its answer was lost
        }
        boolean back = state != State.AWAY && path.equals(allocation.path());
        if (!back && !table.serve(allocation, path)) {
            return false;
        }
        FiveTuple unconfirmed = next;
        if (state == State.AWAY) {
            table.moved(allocation, path);
        } else if (unconfirmed != null && !unconfirmed.equals(allocation.path())) {
            table.unserve(allocation, unconfirmed);
        }
        next = path;
        state = State.MOVING;
        rotate(presented);
        return true;
    }

    private void rotate(String presented) {
        String before = usedTicket;
        if (presented.equals(before)) {
            tickets.revoke(ticket);
        } else if (before != null) {
            tickets.revoke(before);
        }
        usedTicket = presented;
        ticket = tickets.issue(allocation);
    }

    /** The client sent data by this path, which serves the allocation. */
    void onClientData(FiveTuple path) {
        if (state == State.MOVING && path.equals(next)) {
            String used = usedTicket;
            if (used != null) {
                tickets.revoke(used);
                usedTicket = null;
            }
            settleOn(path);
            next = null;
            state = State.SETTLED;
        }
    }

    private void settleOn(FiveTuple path) {
        FiveTuple old = allocation.path();
        if (!old.equals(path)) {
            table.unserve(allocation, old);
            table.moved(allocation, path);
        }
    }

    /** The stream of a path that serves the allocation has closed. */
    void onStreamClosed(FiveTuple path) {
        FiveTuple other = next;
        if (other != null && !path.equals(allocation.path())) {
            table.unserve(allocation, path);
            next = null;
            state = State.SETTLED;
        } else if (other != null && !path.equals(other)) {
            settleOn(other);
        } else {
            table.unserve(allocation, path);
            next = null;
            state = State.AWAY;
        }
    }

    /** The allocation has ended. */
    void end() {
        state = State.ENDED;
        FiveTuple other = next;
        if (other != null) {
            table.unserve(allocation, other);
        }
        tickets.revoke(ticket);
        if (usedTicket != null) {
            tickets.revoke(usedTicket);
        }
    }
}
