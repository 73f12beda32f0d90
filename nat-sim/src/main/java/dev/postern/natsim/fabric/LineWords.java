package dev.postern.natsim.fabric;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Says in a few words what a line does to packets, such as {@code 10 ms each way}; nothing of one that does nothing. */
final class LineWords {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BITS_PER_MEGABIT = 1e6;

    private LineWords() {}

    static String of(Link link) {
        String up = of(link.up());
        String down = of(link.down());
        if (up.equals(down)) {
            return up.isEmpty() ? "" : up + " each way";
        }
        return "up " + orAtOnce(up) + "; down " + orAtOnce(down);
    }

    private static String orAtOnce(String words) {
        return words.isEmpty() ? "at once" : words;
    }

    private static String of(LinkConditions conditions) {
        List<String> words = new ArrayList<>();
        if (!conditions.latency().isZero()) {
            words.add(millis(conditions.latency()));
        }
        if (!conditions.jitter().isZero()) {
            words.add("jitter " + millis(conditions.jitter()));
        }
        if (conditions.loss() > 0) {
            words.add(percent(conditions.loss()) + " lost");
        }
        if (!conditions.bursts().equals(Bursts.NONE)) {
            words.add("bursts of loss");
        }
        if (conditions.reorder() > 0) {
            words.add(percent(conditions.reorder()) + " reordered");
        }
        if (conditions.duplicate() > 0) {
            words.add(percent(conditions.duplicate()) + " twice");
        }
        if (conditions.bitsPerSecond() != LinkConditions.UNLIMITED) {
            words.add(number(conditions.bitsPerSecond() / BITS_PER_MEGABIT) + " Mbit/s");
        }
        if (conditions.mtuBytes() != LinkConditions.ETHERNET_MTU) {
            words.add("MTU " + conditions.mtuBytes());
        }
        return String.join(", ", words);
    }

    private static String percent(double share) {
        return number(Math.round(share * 10_000) / 100.0) + " %";
    }

    private static String millis(Duration duration) {
        return number(duration.toNanos() / NANOS_PER_MILLI) + " ms";
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
