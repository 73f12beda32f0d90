package dev.postern.natsim.population;

/**
 * A call, for the bill of a relay.
 *
 * @param minutes how long it is, 1 to {@value #MAX_MINUTES}
 * @param kbitsPerSecond what each side sends, payload alone, 1 to {@value #MAX_KBITS}
 */
public record CallProfile(int minutes, int kbitsPerSecond) {

    /** The longest call, in minutes: {@value}. */
    public static final int MAX_MINUTES = 1440;

    /** The most that a side sends, in kbit/s: {@value}. */
    public static final int MAX_KBITS = 100_000;

    /** Five minutes of video at 1,500 kbit/s. */
    public static final CallProfile USUAL = new CallProfile(5, 1500);

    /** Refuses what is out of the ranges above. */
    public CallProfile {
        if (minutes < 1 || minutes > MAX_MINUTES) {
            throw new IllegalArgumentException("a call of " + minutes + " minutes must take 1 to " + MAX_MINUTES);
        }
        if (kbitsPerSecond < 1 || kbitsPerSecond > MAX_KBITS) {
            throw new IllegalArgumentException(kbitsPerSecond + " kbit/s must be 1 to " + MAX_KBITS);
        }
    }

    /** What both sides send in one call, in bytes. */
    public long bytes() {
        return 2L * minutes * 60 * kbitsPerSecond * 1000 / 8;
    }
}
