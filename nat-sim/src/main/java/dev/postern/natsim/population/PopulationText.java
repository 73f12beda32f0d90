package dev.postern.natsim.population;

import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.scenario.Scenario.Share;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The result of a population run as a person reads it. */
public final class PopulationText {

    private static final double BYTES_PER_GB = 1e9;
    private static final int CALLS = 1000;
    private static final List<Integer> PERCENTILES = List.of(50, 90, 99);

    private final PopulationResult result;
    private final CallProfile call;
    private final StringBuilder text = new StringBuilder();

    private PopulationText(PopulationResult result, CallProfile call) {
        this.result = result;
        this.call = call;
    }

    /** The text, each line ended by a line feed. */
    public static String of(PopulationResult result, CallProfile call) {
        return new PopulationText(result, call).write();
    }

    /** The word for how a pair ends: a pair that does not connect fails. */
    public static String word(Outcome outcome) {
        return outcome == Outcome.NONE ? "fail" : outcome.label();
    }

    /** Which relays there are, in words. */
    public static String words(Turn turn) {
        return switch (turn) {
            case NONE -> "no relay";
            case UDP -> "relays over UDP";
            case UDP_AND_TCP -> "relays over UDP and TCP";
        };
    }

    private String write() {
        Turn turn = result.plan().population().turn();
        line("%d pairs, %s; NATs: %s", result.pairs(), words(turn), shares());
        line("");
        outcomes(turn);
        line("");
        matrix();
        line("");
        times();
        line("");
        bill(turn);
        return text.toString();
    }

    private String shares() {
        return Stream.iterate(0, i -> i < result.nats(), i -> i + 1)
                .map(i -> result.nat(i) + " " + percent(result.plan().part(i)))
                .collect(Collectors.joining(", "));
    }

    private void outcomes(Turn turn) {
        line("%-8s %8s %9s   %-20s   %s", "", "pairs", "share", "95 % interval", "by the rules");
        for (Outcome outcome : Outcome.values()) {
            Interval interval = result.interval(outcome);
            Interval ruled = result.ruled(outcome, turn);
            line(
                    "%-8s %8d %9s   %-20s   %s, %s",
                    word(outcome),
                    result.count(outcome),
                    percent((double) result.count(outcome) / result.pairs()),
                    percent(interval.low()) + " to " + percent(interval.high()),
                    range(ruled),
                    interval.meets(ruled) ? "in the interval" : "NOT in the interval");
        }
        line(
                "%d of %d pairs ended as the rules say of their NATs",
                result.pairs() - result.disagreeing(), result.pairs());
        result.disagreements().forEach(sentence -> line("  %s", sentence));
    }

    /** How each pair of NATs ended, as shares of all pairs. */
    private void matrix() {
        line("Shares of all pairs, the controlling agent's NAT on the left:");
        int names = result.plan().shares().stream()
                .map(Share::nat)
                .mapToInt(nat -> nat.name().length())
                .max()
                .orElse(0);
        int[] widths = new int[result.nats()];
        for (int b = 0; b < widths.length; b++) {
            widths[b] = result.nat(b).length();
            for (int a = 0; a < widths.length; a++) {
                widths[b] = Math.max(widths[b], cell(a, b).length());
            }
        }
        StringBuilder head = new StringBuilder(" ".repeat(names));
        for (int b = 0; b < widths.length; b++) {
            head.append("  ").append(padded(result.nat(b), widths[b]));
        }
        line("%s", head.toString().stripTrailing());
        for (int a = 0; a < widths.length; a++) {
            StringBuilder row = new StringBuilder(padded(result.nat(a), names));
            for (int b = 0; b < widths.length; b++) {
                row.append("  ").append(padded(cell(a, b), widths[b]));
            }
            line("%s", row.toString().stripTrailing());
        }
    }

    private String cell(int a, int b) {
        String ends = Stream.of(Outcome.values())
                .filter(outcome -> result.count(a, b, outcome) > 0)
                .map(outcome -> percent((double) result.count(a, b, outcome) / result.pairs()) + " " + word(outcome))
                .collect(Collectors.joining(", "));
        return ends.isEmpty() ? "none drawn" : ends;
    }

    private static String padded(String word, int width) {
        return word + " ".repeat(Math.max(0, width - word.length()));
    }

    private void times() {
        Lines lines = result.plan().lines();
        line("Time to connect from the start of gathering, in ms of virtual time:");
        line(
                "%-30s %6s  %s",
                "",
                "pairs",
                PERCENTILES.stream()
                        .map(p -> String.format(Locale.ROOT, "%6s", "p" + p))
                        .collect(Collectors.joining("  ")));
        for (Outcome outcome : List.of(Outcome.DIRECT, Outcome.RELAY)) {
            times(outcome.label() + ", first path that works", result.firstPath(outcome));
            times(outcome.label() + ", pair in use", result.chosenPair(outcome));
        }
        line(
                "Modelled, not measured: lines of log-normal latency (median %d ms one way, sigma %s), 5 ms more to the servers, no loss;"
                        + " candidates pass when an agent has all of its own; a relayed pair is used after %s s.",
                lines.medianMillis(), number(Lines.SIGMA), number(lines.patienceMillis() / 1000.0));
    }

    private void times(String what, Times times) {
        String columns = PERCENTILES.stream()
                .map(percent ->
                        times.count() == 0 ? "     -" : String.format(Locale.ROOT, "%6d", times.percentile(percent)))
                .collect(Collectors.joining("  "));
        line("%-30s %6d  %s", what, times.count(), columns);
    }

    private void bill(Turn turn) {
        line(
                "Relay bill for %d calls of %d min at %d kbit/s each way, payload alone: each relayed call is %.3f GB in and as much out.",
                CALLS, call.minutes(), call.kbitsPerSecond(), call.bytes() / BYTES_PER_GB);
        Interval relayed = result.interval(Outcome.RELAY);
        line(
                "this run   %s relayed: %s GB (95 %%: %s to %s)",
                percent((double) result.count(Outcome.RELAY) / result.pairs()),
                gigabytes((double) result.count(Outcome.RELAY) / result.pairs()),
                gigabytes(relayed.low()),
                gigabytes(relayed.high()));
        line(
                "           of the relayed pairs %s have an agent on TCP, %s go through two relayed addresses",
                percentOf(result.relayedOverTcp(), result.count(Outcome.RELAY)),
                percentOf(result.relayedTwice(), result.count(Outcome.RELAY)));
        line("by the rules, with other relays:");
        for (Turn other : Turn.values()) {
            line(
                    "  %-24s direct %s, relay %s, fail %s: %s GB%s",
                    words(other),
                    range(result.ruled(Outcome.DIRECT, other)),
                    range(result.ruled(Outcome.RELAY, other)),
                    range(result.ruled(Outcome.NONE, other)),
                    gigabytesRange(result.ruled(Outcome.RELAY, other)),
                    other == turn ? " (this run's)" : "");
        }
    }

    private static String percentOf(long some, long all) {
        return all == 0 ? "0 of 0" : percent((double) some / all);
    }

    private String gigabytes(double share) {
        return String.format(Locale.ROOT, "%.1f", share * CALLS * call.bytes() / BYTES_PER_GB);
    }

    private String gigabytesRange(Interval share) {
        String low = gigabytes(share.low());
        String high = gigabytes(share.high());
        return low.equals(high) ? low : low + " to " + high;
    }

    private static String range(Interval share) {
        String low = percent(share.low());
        String high = percent(share.high());
        return low.equals(high) ? low : low + " to " + high;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
