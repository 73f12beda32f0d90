package dev.postern.natsim.prediction;

import java.time.Duration;

/**
 * When things happen, in virtual time. Lines are perfect: {@code delay} is all the time that passes between looking and aiming.
 *
 * @param observations how many mappings {@link Strategy#PREDICTION} sees through STUN, 2 to {@value #MOST_OBSERVATIONS}
 * @param every the time from one of them to the next, above zero and at most a minute
 * @param delay the time from the last one to the mapping that is aimed at, zero to a minute: what telling the peer takes
 * @param probesPerSecond how many probes a peer sends, 1 to {@value #MOST_PER_SECOND}
 * @param lifetime how long a mapping lasts, above zero and at most a day
 */
public record Pace(int observations, Duration every, Duration delay, int probesPerSecond, Duration lifetime) {

    private static final int MOST_OBSERVATIONS = 64;
    private static final int MOST_PER_SECOND = 1_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final double NANOS = 1e9;

    /** Four mappings 20 ms apart, 200 ms until the punch, 100 probes a second, mappings of an hour. */
    public static final Pace USUAL =
            new Pace(4, Duration.ofMillis(20), Duration.ofMillis(200), 100, Duration.ofHours(1));

    /** Refuses what is out of the ranges above. */
    public Pace {
        if (observations < 2 || observations > MOST_OBSERVATIONS) {
            throw new IllegalArgumentException(
                    "observations are " + observations + ", but must be 2 to " + MOST_OBSERVATIONS);
        }
        if (every.isNegative() || every.isZero() || every.compareTo(MINUTE) > 0) {
            throw new IllegalArgumentException("observations every " + every + ": must be above zero, to a minute");
        }
        if (delay.isNegative() || delay.compareTo(MINUTE) > 0) {
            throw new IllegalArgumentException("the delay is " + delay + ", but must be zero to a minute");
        }
        if (probesPerSecond < 1 || probesPerSecond > MOST_PER_SECOND) {
            throw new IllegalArgumentException(
                    probesPerSecond + " probes a second, but it must be 1 to " + MOST_PER_SECOND);
        }
        if (lifetime.isNegative() || lifetime.isZero() || lifetime.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("mappings last " + lifetime + ": must be above zero, to a day");
        }
    }

    long probeNanos(long number) {
        return Math.round(number * (NANOS / probesPerSecond));
    }

    /** How many probes are sent while one mapping lasts. */
    int window() {
        double probes = lifetime.toNanos() / NANOS * probesPerSecond;
        return (int) Math.min(Integer.MAX_VALUE, Math.floor(probes));
    }

    double delaySeconds() {
        return delay.toNanos() / NANOS;
    }

    double everySeconds() {
        return every.toNanos() / NANOS;
    }

    /** From the last observation to the mapping that is aimed at, in intervals between observations. */
    double intervalsAhead() {
        return delay.toNanos() / (double) every.toNanos();
    }
}
