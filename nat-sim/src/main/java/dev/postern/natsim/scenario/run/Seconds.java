package dev.postern.natsim.scenario.run;

import java.math.BigDecimal;

/** Virtual time as a person reads it. */
final class Seconds {

    private static final int NANO_DIGITS = 9;

    private Seconds() {}

    /** Such as {@code 1.25 s}. */
    static String of(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString() + " s";
    }
}
