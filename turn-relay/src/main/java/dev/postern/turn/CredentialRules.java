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
 */
public record CredentialRules(boolean strictExpiry, Duration clockTolerance) {

    private static final CredentialRules DEFAULTS = new CredentialRules(true, Duration.ZERO);

    public CredentialRules {
        if (clockTolerance.isNegative() || clockTolerance.compareTo(SharedSecretCredentials.MAX_TOLERANCE) > 0) {
            throw new IllegalArgumentException("turn.clock-tolerance is " + clockTolerance.toSeconds()
                    + " s, but must be 0 to " + SharedSecretCredentials.MAX_TOLERANCE.toSeconds() + " s.");
        }
    }

    /** Strict, and without tolerance. */
    public static CredentialRules defaults() {
        return DEFAULTS;
    }
}
