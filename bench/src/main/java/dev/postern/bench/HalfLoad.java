package dev.postern.bench;

import java.util.List;
import java.util.Locale;

/**
 * The cell that offers a server half of what it carries for a long time: first a closed loop finds out how much that is, then an open loop
 * sends. Whether it drops, grows or stands still meanwhile.
 */
final class HalfLoad {

    static final Row ROW = new Row("half-load", "client to peer, 50 allocations, 172 B, half load", "p99_us", "us p99");

    /** What is added to the open loop's result: packets per second of the closed loop. */
    private static final String CARRIES = "carries";

    private static final double PART = 0.5;

    private static final List<String> CLOSED =
            List.of("--allocations", "50", "--direction", "to-peer", "--window", "4");

    private static final MarkdownTable TABLE = new MarkdownTable(List.of(
            MarkdownTable.Column.middle("the most it carries, packets/s", CARRIES),
            new MarkdownTable.Column("minutes", runs -> sum(runs, "%.1f", run -> run.number("seconds") / 60)),
            new MarkdownTable.Column("packets", runs -> sum(runs, "%.0f", run -> run.number("sent"))),
            new MarkdownTable.Column("lost", runs -> sum(runs, "%.0f", run -> run.number("sent") - run.number("got"))),
            new MarkdownTable.Column(
                    "Binding answers lost", runs -> sum(runs, "%.0f", run -> run.number("probes_lost"))),
            MarkdownTable.Column.middle("p50 us", "p50_us"),
            MarkdownTable.Column.middle("p99 us", "p99_us"),
            MarkdownTable.Column.middle("longest us", "max_us"),
            new MarkdownTable.Column("resident memory, start to end", HalfLoad::memory),
            new MarkdownTable.Column("GC pauses", HalfLoad::pauses),
            new MarkdownTable.Column("lost in full buffers of sockets, the server's listener", HalfLoad::overflows),
            new MarkdownTable.Column("CPU the host took", HalfLoad::stolen),
            new MarkdownTable.Column("flaws", MarkdownTable::flaws)));

    private HalfLoad() {}

    /** What the generator is told for the closed loop. */
    static List<String> closed() {
        return CLOSED;
    }

    /** What the generator is told beside the time, when the closed loop has carried so many packets per second. */
    static List<String> open(double most) {
        String rate = Long.toString(Math.max(1, Math.round(PART * most)));
        return List.of("--allocations", "50", "--direction", "to-peer", "--rate", rate, "--probe", "10");
    }

    /** The open loop's line of JSON with what the closed one has carried. */
    static String joined(String json, double most) {
        return Overload.joined(json, CARRIES, most);
    }

    /** The generator's line of JSON with what the garbage collector did. */
    static String joined(String json, GcPauses pauses) {
        return json.replaceFirst("}$", "," + pauses.json() + "}");
    }

    /** The generator's line of JSON with what the kernel counted meanwhile. */
    static String joined(String json, KernelCounts counts) {
        return json.replaceFirst("}$", "," + counts.json() + "}");
    }

    static String markdown(List<Sample> samples, List<String> servers) {
        return TABLE.of(ROW, samples, servers);
    }

    private interface Figure {
        double of(Sample run);
    }

    private static String sum(List<Sample> runs, String format, Figure figure) {
        return String.format(
                Locale.ROOT, format, runs.stream().mapToDouble(figure::of).sum());
    }

    private static String memory(List<Sample> runs) {
        Sample last = runs.get(runs.size() - 1);
        return String.format(
                Locale.ROOT, "%.1f to %.1f MiB", last.number("rss_begin_kb") / 1024, last.number("rss_kb") / 1024);
    }

    private static String overflows(List<Sample> runs) {
        return runs.stream().noneMatch(run -> run.values().containsKey("overflows"))
                ? ""
                : sum(runs, "%.0f", run -> run.number("overflows")) + ", "
                        + sum(runs, "%.0f", run -> run.number("listener_overflows"));
    }

    private static String stolen(List<Sample> runs) {
        return runs.stream().noneMatch(run -> run.values().containsKey("stolen_ms"))
                ? ""
                : sum(runs, "%.1f s", run -> run.number("stolen_ms") / 1000);
    }

    private static String pauses(List<Sample> runs) {
        if (runs.stream().noneMatch(run -> run.values().containsKey("gc_pauses"))) {
            return "";
        }
        double longest = runs.stream()
                .mapToDouble(run -> run.number("gc_longest_ms"))
                .max()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                "%s, longest %.1f ms, all %s ms",
                sum(runs, "%.0f", run -> run.number("gc_pauses")),
                longest,
                sum(runs, "%.1f", run -> run.number("gc_ms")));
    }
}
