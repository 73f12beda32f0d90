package dev.postern.turn;

import dev.postern.stun.auth.SharedSecretCredentials;
import java.time.Duration;

/**
 * How the end of a credential is taken.
 *
 * @param strictExpiry whether an allocation ends when its credential does. If not, it lives on until its granted lifetime is over;
 *     a Refresh with an expired credential is refused either way
 * @param clockTolerance how long after its expiry a time-limited credential is still taken, for web services whose clock is
 *     behind this one; zero to five minutes
 * @param revocationMemory how long a revoked user or room is remembered, where no expiry says how long that is needed: at least as
 *     long as the credentials that are handed out last; one minute to 31 days
 */
public record CredentialRules(boolean strictExpiry, Duration clockTolerance, Duration revocationMemory) {

    /** The least {@link #revocationMemory}: {@code PT1M}. */
    public static final Duration LEAST_MEMORY = Duration.ofMinutes(1);

    /** The most: {@code P31D}. */
    public static final Duration MOST_MEMORY = Duration.ofDays(31);

    private static final CredentialRules DEFAULTS = new CredentialRules(true, Duration.ZERO, Duration.ofHours(24));

    public CredentialRules {
        if (clockTolerance.isNegative() || clockTolerance.compareTo(SharedSecretCredentials.MAX_TOLERANCE) > 0) {
            throw new IllegalArgumentException("turn.clock-tolerance is " + clockTolerance.toSeconds()
                    + " s, but must be 0 to " + SharedSecretCredentials.MAX_TOLERANCE.toSeconds() + " s.");
        }
        if (revocationMemory.compareTo(LEAST_MEMORY) < 0 || revocationMemory.compareTo(MOST_MEMORY) > 0) {
            throw new IllegalArgumentException("turn.revocation-memory is " + revocationMemory.toSeconds()
                    + " s, but must be 60 to " + MOST_MEMORY.toSeconds() + " s.");
        }
    }

    /** Strict, without tolerance, and with a day of memory. */
    public static CredentialRules defaults() {
        return DEFAULTS;
    }
}
