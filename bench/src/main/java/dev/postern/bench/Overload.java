package dev.postern.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The cell that offers a server twice what it carries: an open loop that sends without waiting for anything, with a trickle of Binding requests
 * beside it. How much the server carries is found by the same load, in steps of a {@link Ramp}; what comes out at twice as much is held against that.
 * The server has only a share of its CPU all that time, as the generator could not offer a fast one twice what it carries otherwise.
 */
final class Overload {

    static final Row ROW = new Row("overload", "client to peer, 50 allocations, 172 B, overload", "rate", "packets/s");

    /** A step on the way to the most. */
    static final Row RAMP =
            new Row("overload-ramp", "client to peer, 50 allocations, 172 B, more and more", "rate", "packets/s");

    /** What is added to the generator's result: packets per second that the ramp has found. */
    static final String MOST = "most";

    /** Offered as times of the most; a generator that does not reach this has not overloaded anything. */
    static final double LEAST_TIMES = 1.5;

    private static final double TIMES = 2;

    /** For the time before, on all of the CPU: bursts as in the open loop, and the server never waits for one. */
    private static final List<String> WARM_UP = words("--allocations 50 --direction to-peer --burst 16 --window 16");

    /** In bursts, as a generator that sends one by one cannot send twice what a fast server carries; and no trains, so that the server has no less to do. */
    private static final List<String> OPEN = words("--allocations 50 --direction to-peer --burst 16 --probe 100");

    private static final MarkdownTable TABLE = new MarkdownTable(List.of(
            MarkdownTable.Column.middle("the most it carries, packets/s", MOST),
            MarkdownTable.Column.middle("offered/s", Overload::offered),
            MarkdownTable.Column.middle("delivered/s", "rate"),
            MarkdownTable.Column.middle("CPU it had, %", run -> 100 * run.number("server_cpu")),
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

    static List<String> warmUp() {
        return WARM_UP;
    }

    /** What the generator is told to offer so many packets per second. */
    static List<String> open(double rate) {
        List<String> words = new ArrayList<>(OPEN);
        words.addAll(List.of("--rate", Long.toString(Math.max(1, Math.round(rate)))));
        return List.copyOf(words);
    }

    /** The same for twice of what it carries at most. */
    static List<String> tooMuch(double most) {
        return open(TIMES * most);
    }

    /** The generator's line of JSON with the most that the server carries. */
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
        if (offered(run) < LEAST_TIMES * run.number(MOST)) {
            return "generator too slow";
        }
        return Ramp.isFull(run) ? "" : "not full";
    }

    /** Packets per second that the generator really sent. */
    static double offered(Sample run) {
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
