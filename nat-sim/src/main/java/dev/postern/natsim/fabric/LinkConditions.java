package dev.postern.natsim.fabric;

import java.time.Duration;

/**
 * What one direction of a link does to packets. Made by {@link #latency}, or by {@link #builder} where more than delay and
 * loss matters.
 *
 * @param latency how long each takes at least, after it has been sent whole; 0 or more
 * @param jitter each takes longer by a random part of this, 0 or more; so packets may overtake each other
 * @param loss the share that is lost at random, each for itself, 0 to 1; a packet in fragments is lost with any of them
 * @param bursts what is lost in bursts beside that
 * @param reorder the share that is held back by {@code reorderDelay}, so that later ones overtake it, 0 to 1
 * @param reorderDelay how long, 0 or more
 * @param duplicate the share that arrives twice, each copy with a jitter of its own, 0 to 1
 * @param bitsPerSecond how fast a packet is sent, headers of IP and above counted, at least 1; {@link #UNLIMITED} for at
 *     once
 * @param queueBytes how many bytes may wait to be sent, at least 1; of effect where {@code bitsPerSecond} is limited
 * @param queuePackets how many packets may wait to be sent, 1 to {@value #MAX_QUEUE_PACKETS}; what comes to a full queue
 *     is dropped
 * @param mtuBytes the longest IP packet, {@value #LEAST_MTU} to {@value #LARGEST_MTU}; a longer one is sent in fragments
 *     or, where it must not be, dropped
 */
public record LinkConditions(
        Duration latency,
        Duration jitter,
        double loss,
        Bursts bursts,
        double reorder,
        Duration reorderDelay,
        double duplicate,
        long bitsPerSecond,
        int queueBytes,
        int queuePackets,
        int mtuBytes) {

    /** The {@link #bitsPerSecond} of a link that takes no time to send. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** The MTU unless told otherwise, that of Ethernet. */
    public static final int ETHERNET_MTU = 1500;

    static final int MAX_QUEUE_PACKETS = 100_000;

    /** The least MTU of IPv4, RFC 791 section 3.2; IPv6 takes 1280, RFC 8200 section 5. */
    static final int LEAST_MTU = 68;

    static final int LARGEST_MTU = 65535;

    /** Neither delay nor loss. */
    public static final LinkConditions PERFECT = latency(Duration.ZERO);

    /** Refuses what is out of the ranges above. */
    public LinkConditions {
        if (latency.isNegative() || jitter.isNegative() || reorderDelay.isNegative()) {
            throw new IllegalArgumentException("latency " + latency + ", jitter " + jitter + " and reorderDelay "
                    + reorderDelay + " must not be negative");
        }
        Bursts.requireShare("loss", loss);
        Bursts.requireShare("reorder", reorder);
        Bursts.requireShare("duplicate", duplicate);
        if (bitsPerSecond < 1) {
            throw new IllegalArgumentException("bitsPerSecond " + bitsPerSecond + " must be at least 1");
        }
        if (queueBytes < 1 || queuePackets < 1 || queuePackets > MAX_QUEUE_PACKETS) {
            throw new IllegalArgumentException("queueBytes " + queueBytes + " must be at least 1, and queuePackets "
                    + queuePackets + " 1 to " + MAX_QUEUE_PACKETS);
        }
        if (mtuBytes < LEAST_MTU || mtuBytes > LARGEST_MTU) {
            throw new IllegalArgumentException("mtuBytes " + mtuBytes + " must be " + LEAST_MTU + " to " + LARGEST_MTU);
        }
    }

    /** A steady delay and no loss. */
    public static LinkConditions latency(Duration latency) {
        return builder().latency(latency).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these conditions. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.latency = latency;
        builder.jitter = jitter;
        builder.loss = loss;
        builder.bursts = bursts;
        builder.reorder = reorder;
        builder.reorderDelay = reorderDelay;
        builder.duplicate = duplicate;
        builder.bitsPerSecond = bitsPerSecond;
        builder.queueBytes = queueBytes;
        builder.queuePackets = queuePackets;
        builder.mtuBytes = mtuBytes;
        return builder;
    }

    /** The same with a share of the packets lost. */
    public LinkConditions withLoss(double share) {
        return toBuilder().loss(share).build();
    }

    /** The same with a random part of {@code most} added to each packet's delay. */
    public LinkConditions withJitter(Duration most) {
        return toBuilder().jitter(most).build();
    }

    /**
     * Collects conditions. Unless told otherwise: no delay, loss, reordering or duplicates, no limit of bandwidth, a queue of
     * 1,000 packets and 1,500,000 bytes where there is one, and an MTU of {@value LinkConditions#ETHERNET_MTU}.
     */
    public static final class Builder {
        private Duration latency = Duration.ZERO;
        private Duration jitter = Duration.ZERO;
        private double loss;
        private Bursts bursts = Bursts.NONE;
        private double reorder;
        private Duration reorderDelay = Duration.ZERO;
        private double duplicate;
        private long bitsPerSecond = UNLIMITED;
        private int queueBytes = 1_500_000;
        private int queuePackets = 1000;
        private int mtuBytes = ETHERNET_MTU;

        private Builder() {}

        public Builder latency(Duration value) {
            latency = value;
            return this;
        }

        public Builder jitter(Duration most) {
            jitter = most;
            return this;
        }

        public Builder loss(double share) {
            loss = share;
            return this;
        }

        public Builder bursts(Bursts value) {
            bursts = value;
            return this;
        }

        public Builder reorder(double share, Duration delay) {
            reorder = share;
            reorderDelay = delay;
            return this;
        }

        public Builder duplicate(double share) {
            duplicate = share;
            return this;
        }

        public Builder bitsPerSecond(long value) {
            bitsPerSecond = value;
            return this;
        }

        public Builder queue(int bytes, int packets) {
            queueBytes = bytes;
            queuePackets = packets;
            return this;
        }

        public Builder mtu(int bytes) {
            mtuBytes = bytes;
            return this;
        }

        /**
         * The conditions.
         *
         * @throws IllegalArgumentException with one sentence if a value is out of its range
         */
        public LinkConditions build() {
            return new LinkConditions(
                    latency,
                    jitter,
                    loss,
                    bursts,
                    reorder,
                    reorderDelay,
                    duplicate,
                    bitsPerSecond,
                    queueBytes,
                    queuePackets,
                    mtuBytes);
        }
    }
}
