package dev.postern.natsim.fabric;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One direction of a line, with a queue and a random source of its own, which it makes when it first needs them. */
final class Direction {

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

    void carry(Flight flight) {
        int pieces = flight.fit(conditions.mtuBytes());
        if (pieces == Flight.TOO_BIG) {
            line.onTooBig(flight, conditions.mtuBytes(), up);
            return;
        }
        long sentNanos = send(flight, pieces);
        if (sentNanos == TransmitQueue.FULL) {
            return;
        }
        String loss = loss(pieces);
        if (loss != null) {
            drop(flight, loss);
            return;
        }
        long waitNanos = sentNanos - net.nowNanos();
        boolean twice = happens(conditions.duplicate());
        net.carry(flight.towards(line, up), waitNanos + travelNanos());
        if (twice) {
            net.carry(flight.copy().towards(line, up), waitNanos + travelNanos());
        }
    }

    /** When the last bit has left; {@link TransmitQueue#FULL} if the packet was dropped. */
    private long send(Flight flight, int pieces) {
        if (conditions.bitsPerSecond() == LinkConditions.UNLIMITED) {
            return net.nowNanos();
        }
        if (queue == null) {
            queue = new TransmitQueue();
        }
        long sentNanos = queue.offer(conditions, flight.wireBytes(pieces), net.nowNanos());
        if (sentNanos == TransmitQueue.FULL) {
            drop(
                    flight,
                    "queue full: " + queue.waiting() + " packets of " + queue.waitingBytes() + " B wait for "
                            + conditions.bitsPerSecond() + " bit/s");
        }
        return sentNanos;
    }

    private @Nullable String loss(int pieces) {
        for (int piece = 1; piece <= pieces; piece++) {
            if (happens(conditions.loss())) {
                return pieces == 1 ? "lost:" : "lost: fragment " + piece + " of " + pieces;
            }
            if (conditions.bursts().toBad() > 0 && isLostInBurst(conditions.bursts())) {
                return pieces == 1 ? "lost in a burst:" : "lost in a burst: fragment " + piece + " of " + pieces;
            }
        }
        return null;
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
