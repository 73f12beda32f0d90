package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A packet on its way, which stays the same flight when a NAT changes the packet. It is at one place at a time, and is
 * itself what the queue of events holds while it is on a line.
 */
final class Flight implements Runnable {

    private final long number;
    private final Host origin;
    private final Packet sent;
    private Packet packet;
    private @Nullable Line line;
    private boolean upwards;
    private int cutsBefore;

    /**
     * A packet that is about to be sent.
     *
     * @param origin who sends it or, for the error of a router, who sent what it is about
     */
    Flight(long number, Host origin, Packet packet) {
        this.number = number;
        this.origin = origin;
        this.sent = packet;
        this.packet = packet;
    }

    private Flight(Flight whole, Packet packet) {
        this.number = whole.number;
        this.origin = whole.origin;
        this.sent = whole.sent;
        this.packet = packet;
    }

    /** The number of the packet, the same on its whole way, for its duplicates and for its fragments. */
    long number() {
        return number;
    }

    /** Who sent it or, for the error of a router, who sent what it is about. */
    Host origin() {
        return origin;
    }

    /** As it was sent. */
    Packet sent() {
        return sent;
    }

    /** As it is now. */
    Packet packet() {
        return packet;
    }

    Flight translated(Packet newPacket) {
        packet = newPacket;
        return this;
    }

    /** A duplicate, or a fragment. */
    Flight copy(Packet part) {
        return new Flight(this, part);
    }

    /** Puts it on a line; {@link #run} is its arrival at the other end. */
    Flight towards(Line next, boolean up) {
        line = next;
        upwards = up;
        cutsBefore = next.cuts();
        return this;
    }

    @Override
    public void run() {
        Line over = line;
        if (over != null) {
            over.onArrival(this, upwards, cutsBefore);
        }
    }
}
