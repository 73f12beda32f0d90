package dev.postern.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The cell that offers a server twice what it carries: first a closed loop finds out how much that is, then an open loop sends without
 * waiting for anything, with a trickle of Binding requests beside it. What comes out is held against the first.
 */
final class Overload {

    static final Row ROW = new Row("overload", "client to peer, 50 allocations, 172 B, overload", "rate", "packets/s");

    /** What is added to the open loop's result: packets per second of the closed loop. */
    static final String MOST = "most";

    /** Offered as times of the most; a generator that does not reach this has not overloaded anything. */
    static final double LEAST_TIMES = 1.5;

    private static final double TIMES = 2;

    private static final List<String> CLOSED = words("--allocations 50 --direction to-peer --window 4");

    /** In bursts, as a generator that sends one by one cannot send twice what a fast server carries; and no trains, so that the server has no less to do. */
    private static final List<String> OPEN = words("--allocations 50 --direction to-peer --burst 16 --probe 100");

    private static final MarkdownTable TABLE = new MarkdownTable(List.of(
            MarkdownTable.Column.middle("the most it carries, packets/s", MOST),
            MarkdownTable.Column.middle("offered/s", Overload::offered),
            MarkdownTable.Column.middle("delivered/s", "rate"),
            new MarkdownTable.Column("delivered of the most (least to most)", Overload::kept),
            MarkdownTable.Column.middle("p50 us", "p50_us"),
            MarkdownTable.Column.middle("p99 us", "p99_us"),
            new MarkdownTable.Column("Binding answers lost", Overload::lostAnswers),
            MarkdownTable.Column.middle("their p99 us", "probe_p99_us"),
            new MarkdownTable.Column("flaws", MarkdownTable::flaws)));

    private Overload() {}

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }

    /** What the generator is told for the closed loop. */
    static List<String> closed() {
        return CLOSED;
    }

    /** What it is told for the open loop, when the closed one has carried so many packets per second. */
    static List<String> open(double most) {
        List<String> words = new ArrayList<>(OPEN);
        words.addAll(List.of("--rate", Long.toString(Math.max(1, Math.round(TIMES * most)))));
        return List.copyOf(words);
    }

    /** The open loop's line of JSON with what the closed one has carried. */
    static String joined(String json, double most) {
        return joined(json, MOST, most);
    }

    /** The line with one more number. */
    static String joined(String json, String name, double number) {
        if (!json.endsWith("}")) {
            throw new BenchRefused("A generator printed no result, but: " + json);
        }
        return String.format(Locale.ROOT, "%s,\"%s\":%.0f}", json.substring(0, json.length() - 1), name, number);
    }

    static String markdown(List<Sample> samples, List<String> servers) {
        return TABLE.of(ROW, samples, servers);
    }

    /** Why a run proves nothing; lost packets are no reason here. */
    static String flaw(Sample run) {
        if (run.number("bad") > 0) {
            return "bad packets";
        }
        return offered(run) < LEAST_TIMES * run.number(MOST) ? "generator too slow" : "";
    }

    private static double offered(Sample run) {
        double seconds = run.number("seconds");
        return seconds > 0 ? run.number("sent") / seconds : 0;
    }

    private static String kept(List<Sample> runs) {
        Spread kept = Spread.of(runs.stream()
                .map(run -> 100 * run.number("rate") / Math.max(1, run.number(MOST)))
                .toList());
        return String.format(Locale.ROOT, "%.0f %% (%.0f to %.0f)", kept.median(), kept.least(), kept.most());
    }

    private static String lostAnswers(List<Sample> runs) {
        double lost =
                runs.stream().mapToDouble(run -> run.number("probes_lost")).sum();
        double asked = runs.stream().mapToDouble(run -> run.number("probes")).sum();
        return String.format(Locale.ROOT, "%.0f of %.0f", lost, asked);
    }
}
