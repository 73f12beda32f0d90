package dev.postern.turn;

/**
 * How much may be relayed and asked for per second, for one user, one source and all together, and how many allocations one source may
 * hold. A source is the IPv4 address or the IPv6 /64 that an Allocate came from.
 *
 * <p>Each rate is a token bucket that holds what {@code burstSeconds} allow: in any stretch of t seconds no more than rate x (t +
 * burstSeconds) passes, and one packet more. What is over is dropped and counted, or answered 508. A packet that one limit drops has
 * been counted by those that were asked before it: user, source, total.
 *
 * @param sourceAllocations allocations that one source may hold, one more is answered 486; 0 for any number
 * @param user for all allocations of one user together
 * @param source for all allocations of one source together
 * @param total for all allocations together
 * @param burstSeconds how many seconds' worth a rested bucket holds, 1 to 60; of new peers ten times as many
 */
public record TrafficLimits(int sourceAllocations, Rate user, Rate source, Rate total, int burstSeconds) {

    private static final int MOST_ALLOCATIONS = 1_000_000;
    private static final int LONGEST_BURST = 60;

    private static final TrafficLimits DEFAULTS =
            new TrafficLimits(0, new Rate(0, 0, 100), Rate.UNLIMITED, Rate.UNLIMITED, 1);

    /** @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed */
    public TrafficLimits {
        check("turn.source-quota", sourceAllocations, 0, MOST_ALLOCATIONS);
        check("turn.rate-burst", burstSeconds, 1, LONGEST_BURST);
        user.check("turn.user");
        source.check("turn.source");
        total.check("turn.total");
    }

    /**
     * What may happen per second; 0 for any number.
     *
     * @param bytes payload that is relayed, both directions together
     * @param packets packets that are relayed, both directions together
     * @param newPeers transport addresses that are sent to, bound to a channel, connected to, or on a shared port named in a CreatePermission,
     *     which the allocation has not just talked to: this bounds port scans through the relay
     */
    public record Rate(long bytes, long packets, long newPeers) {

        /** No bound. */
        public static final Rate UNLIMITED = new Rate(0, 0, 0);

        private static final long MOST = 1_000_000_000_000L;

        private void check(String scope) {
            TrafficLimits.check(scope + "-bytes-per-second", bytes, 0, MOST);
            TrafficLimits.check(scope + "-packets-per-second", packets, 0, MOST);
            TrafficLimits.check(scope + "-peers-per-second", newPeers, 0, MOST);
        }

        /** Whether nothing is bounded. */
        public boolean isUnlimited() {
            return bytes == 0 && packets == 0 && newPeers == 0;
        }
    }

    /** What a relay has that was told nothing: 100 new peers per second for one user, in bursts of 1,000, and no other bound. */
    public static TrafficLimits defaults() {
        return DEFAULTS;
    }

    private static void check(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", but must be " + least + " to " + most + ".");
        }
    }
}
