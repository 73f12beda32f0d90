package dev.postern.natsim.tester;

/**
 * One thing that was seen, as it was seen.
 *
 * @param nanos when, since the test began
 * @param probe the number of the probe, such as {@code F1}
 * @param text what
 */
public record Observation(long nanos, String probe, String text) {

    private static final double NANOS_PER_SECOND = 1e9;

    /** Such as {@code 12.345 s  F1  answer from 198.51.100.11:3479}. */
    @Override
    public String toString() {
        return String.format("%8.3f s  %-3s  %s", nanos / NANOS_PER_SECOND, probe, text);
    }
}
