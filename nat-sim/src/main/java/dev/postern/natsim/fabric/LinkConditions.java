package dev.postern.natsim.fabric;

import java.time.Duration;

/**
 * What one direction of a link does to packets.
 *
 * @param latency how long each takes at least, 0 or more
 * @param jitter each takes longer by a random part of this, 0 or more; so packets may overtake each other
 * @param loss the share that is lost at random, 0 to 1
 */
public record LinkConditions(Duration latency, Duration jitter, double loss) {

    /** Neither delay nor loss. */
    public static final LinkConditions PERFECT = latency(Duration.ZERO);

    /** Refuses what is out of the ranges above. */
    public LinkConditions {
        if (latency.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException(
                    "latency " + latency + " and jitter " + jitter + " must not be negative");
        }
        if (!(loss >= 0 && loss <= 1)) {
            throw new IllegalArgumentException("loss " + loss + " must be 0 to 1");
        }
    }

    /** A steady delay and no loss. */
    public static LinkConditions latency(Duration latency) {
        return new LinkConditions(latency, Duration.ZERO, 0);
    }

    /** The same with a share of the packets lost. */
    public LinkConditions withLoss(double share) {
        return new LinkConditions(latency, jitter, share);
    }

    /** The same with a random part of {@code most} added to each packet's delay. */
    public LinkConditions withJitter(Duration most) {
        return new LinkConditions(latency, most, loss);
    }
}
