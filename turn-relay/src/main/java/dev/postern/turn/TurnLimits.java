package dev.postern.turn;

/**
 * How much of the relay one user, one allocation and all together may hold.
 *
 * @param userQuota allocations that one user may hold at a time; one more is answered 486
 * @param totalQuota allocations that all users together may hold at a time; one more is answered 508
 * @param permissions permissions that one allocation may hold; one more is answered 508
 * @param channels channels that one allocation may hold, at most {@value #ALL_CHANNELS}; one more is answered 508
 * @param userReservations ports reserved with EVEN-PORT that one user may hold unused; one more is answered 508
 * @param pendingOpens allocations of one shard that may wait for their relay socket; one more is answered 508
 */
public record TurnLimits(
        int userQuota, int totalQuota, int permissions, int channels, int userReservations, int pendingOpens) {

    /** How many channel numbers RFC 8656 section 12 has: {@value}. */
    public static final int ALL_CHANNELS = 4096;

    private static final int MOST = 1_000_000;

    private static final TurnLimits DEFAULTS = new TurnLimits(256, 10_000, 256, 256, 64, 1024);

    public TurnLimits {
        check("turn.user-quota", userQuota, MOST);
        check("turn.total-quota", totalQuota, MOST);
        check("turn.max-permissions", permissions, 65_536);
        check("turn.max-channels", channels, ALL_CHANNELS);
        check("turn.max-user-reservations", userReservations, MOST);
        check("turn.max-pending-opens", pendingOpens, MOST);
    }

    /** What a relay has that was told nothing. */
    public static TurnLimits defaults() {
        return DEFAULTS;
    }

    /** The same bounds with other quotas. */
    public TurnLimits withQuotas(int user, int total) {
        return new TurnLimits(user, total, permissions, channels, userReservations, pendingOpens);
    }

    private static void check(String key, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", but must be 1 to " + most + ".");
        }
    }
}
