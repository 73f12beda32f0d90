package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One direction of a line, with a queue and a random source of its own, which it makes when it first needs them. */
final class Direction {

    private static final long MAX_IDENTIFICATION = 0xFFFFFFFFL;

    private final VirtualNet net;
    private final Line line;
    private final boolean up;
    private final long seed;
    private LinkConditions conditions;
    private @Nullable Random random;
    private @Nullable TransmitQueue queue;
    private boolean inBurst;

    Direction(VirtualNet net, Line line, boolean up, LinkConditions conditions) {
        this.net = net;
        this.line = line;
        this.up = up;
        this.conditions = conditions;
        this.seed = net.newSeed();
    }

    LinkConditions conditions() {
        return conditions;
    }

    /** From the next packet on; what waits or is on its way is as before. */
    void change(LinkConditions newConditions) {
        conditions = newConditions;
    }

    /** Loses what waits to be sent: the packets themselves see that their line went down. */
    void clear() {
        if (queue != null) {
            queue.clear();
        }
    }

    /** Takes a packet, in fragments if it is too long: the caller has seen to it that it may be cut. */
    void carry(Flight flight) {
        int mtuBytes = conditions.mtuBytes();
        if (flight.packet().ipBytes() <= mtuBytes) {
            carryWhole(flight);
            return;
        }
        long identification = flight.number() & MAX_IDENTIFICATION;
        for (Packet part : Fragmentation.cut(flight.packet(), mtuBytes, identification)) {
            carryWhole(flight.copy(part));
        }
    }

    private void carryWhole(Flight flight) {
        long sentNanos = send(flight);
        if (sentNanos == TransmitQueue.FULL) {
            return;
        }
        if (happens(conditions.loss())) {
            drop(flight, "lost:");
            return;
        }
        if (conditions.bursts().toBad() > 0 && isLostInBurst(conditions.bursts())) {
            drop(flight, "lost in a burst:");
            return;
        }
        long waitNanos = sentNanos - net.nowNanos();
        boolean twice = happens(conditions.duplicate());
        net.carry(flight.towards(line, up), waitNanos + travelNanos());
        if (twice) {
            net.carry(flight.copy(flight.packet()).towards(line, up), waitNanos + travelNanos());
        }
    }

    /** When the last bit has left; {@link TransmitQueue#FULL} if the packet was dropped. */
    private long send(Flight flight) {
        if (conditions.bitsPerSecond() == LinkConditions.UNLIMITED) {
            return net.nowNanos();
        }
        if (queue == null) {
            queue = new TransmitQueue();
        }
        long sentNanos = queue.offer(conditions, flight.packet().ipBytes(), net.nowNanos());
        if (sentNanos == TransmitQueue.FULL) {
            drop(
                    flight,
                    "queue full: " + queue.waiting() + " packets of " + queue.waitingBytes() + " B wait for "
                            + conditions.bitsPerSecond() + " bit/s");
        }
        return sentNanos;
    }

    private boolean isLostInBurst(Bursts bursts) {
        boolean turns = happens(inBurst ? bursts.toGood() : bursts.toBad());
        inBurst = inBurst != turns;
        return inBurst && happens(bursts.loss());
    }

    private long travelNanos() {
        long nanos = conditions.latency().toNanos();
        if (!conditions.jitter().isZero()) {
            nanos += part(conditions.jitter());
        }
        return happens(conditions.reorder()) ? nanos + conditions.reorderDelay().toNanos() : nanos;
    }

    private long part(Duration most) {
        return (long) (random().nextDouble() * most.toNanos());
    }

    /** Draws only where there is something to decide, so that options which are not used change nothing. */
    private boolean happens(double share) {
        return share > 0 && random().nextDouble() < share;
    }

    private Random random() {
        if (random == null) {
            random = new Random(seed);
        }
        return random;
    }

    private void drop(Flight flight, String why) {
        net.drop(flight, line.zone().name(), why + " on the line " + (up ? "from " : "to ") + line.owner());
    }
}
