package dev.postern.natsim.report;

import dev.postern.natsim.fabric.TableChange;
import dev.postern.natsim.fabric.Topology;
import dev.postern.natsim.fabric.TraceEvent;
import dev.postern.natsim.fabric.VirtualNet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What is left of one run in a virtual network when it is over: all that a report or a capture shows of it. Immutable.
 *
 * @param summary what the run was about and what came of it
 * @param seed of the network
 * @param topology as it was when the record was taken
 * @param events the steps of all packets, oldest first, as many as the network's trace has kept
 * @param eventsForgotten how many older steps were not kept
 * @param tables the changes of the routers' tables, oldest first; none unless the network was told to {@link
 *     VirtualNet#keepTables keep} them
 * @param tablesForgotten how many older changes were not kept
 * @param endNanos the virtual time when the record was taken
 */
public record RunRecord(
        Summary summary,
        long seed,
        Topology topology,
        List<TraceEvent> events,
        long eventsForgotten,
        List<TableChange> tables,
        long tablesForgotten,
        long endNanos) {

    private static final int MAX_NAME = 80;
    private static final Pattern NOT_IN_NAMES = Pattern.compile("[^a-z0-9]+");

    /**
     * What only the runner knows.
     *
     * @param title such as {@code symmetric and port-restricted}
     * @param replay the command line that runs the same again
     * @param expected the outcome that was predicted, in words; empty if none was
     * @param observed the outcome, in words
     * @param asExpected whether the two agree
     * @param explanation why it came so, in one sentence, such as {@link dev.postern.natsim.fabric.Why#sentence()}
     */
    public record Summary(
            String title, String replay, String expected, String observed, boolean asExpected, String explanation) {}

    /** Copies the lists. */
    public RunRecord {
        events = List.copyOf(events);
        tables = List.copyOf(tables);
    }

    /** Takes down what the network has kept up to now. On the thread that owns the network. */
    public static RunRecord of(VirtualNet net, Summary summary) {
        return new RunRecord(
                summary,
                net.seed(),
                net.topology(),
                net.trace().events(),
                net.trace().forgotten(),
                net.tableChanges(),
                net.tableChangesForgotten(),
                net.nowNanos());
    }

    /** A file name for a capture of the run, of lower-case letters, digits and hyphens alone: {@code a-b-seed-7.pcapng}. */
    public String captureName() {
        String words = NOT_IN_NAMES
                .matcher(summary.title().toLowerCase(Locale.ROOT))
                .replaceAll("-")
                .replaceAll("^-|-$", "");
        String name = words.length() > MAX_NAME ? words.substring(0, MAX_NAME) : words;
        return (name.isEmpty() ? "run" : name) + "-seed-" + seed + ".pcapng";
    }
}
