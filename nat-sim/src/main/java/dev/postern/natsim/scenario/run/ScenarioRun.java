package dev.postern.natsim.scenario.run;

import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.ice4j.Pace;
import dev.postern.natsim.report.RunRecord;
import dev.postern.natsim.scenario.NatChoice;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs a scenario. The same scenario and seed give the same trace, byte for byte, where nothing but scripts and Postern's own
 * engines are in it; with ice4j agents they give the same verdicts. No socket is opened. Any thread; not for use twice.
 */
public final class ScenarioRun {

    private final Scenario scenario;
    private final long seed;
    private final Consumer<String> trace;
    private final TraceHash steps = new TraceHash();
    private @Nullable Consumer<RunRecord> records;
    private @Nullable Pace pace;
    private String replay = "";
    private long lines;

    /**
     * A run that has not begun.
     *
     * @param seed instead of the scenario's own
     * @param trace is told each line of the trace, without a line feed, on the thread that moves the network's time
     */
    public ScenarioRun(Scenario scenario, long seed, Consumer<String> trace) {
        this.scenario = scenario;
        this.seed = seed;
        this.trace = trace;
    }

    /**
     * Takes a record of the run, or with compared NATs of each, for reports and captures.
     *
     * @param line the command line that runs it again
     */
    public ScenarioRun recording(String line, Consumer<RunRecord> newRecords) {
        replay = line;
        records = newRecords;
        return this;
    }

    /** Lets this move the time of ice4j agents instead of the wall's clock; the caller closes it. */
    ScenarioRun at(Pace other) {
        pace = other;
        return this;
    }

    /** Runs it; takes wall-clock time only if the scenario has calls with ice4j agents. */
    public RunResult run() throws InterruptedException {
        List<VariantResult> results = new ArrayList<>();
        if (scenario.compared() == null) {
            results.add(run(null));
        } else {
            for (NatChoice nat : scenario.compared().nats()) {
                line("# " + scenario.compared().network() + " is " + nat.name());
                results.add(run(nat));
            }
        }
        boolean verdicts = hasIce4j();
        return new RunResult(scenario, seed, results, lines, verdicts ? verdictHash(results) : steps.hex(), verdicts);
    }

    private void line(String line) {
        lines++;
        steps.add(line);
        trace.accept(line);
    }

    private static String verdictHash(List<VariantResult> results) {
        TraceHash hash = new TraceHash();
        for (VariantResult variant : results) {
            variant.findings()
                    .forEach(finding -> hash.add(variant.variant() + "|" + finding.atNanos() + "|" + finding.what()
                            + "|" + finding.verdict()));
        }
        return hash.hex();
    }

    private VariantResult run(@Nullable NatChoice nat) throws InterruptedException {
        String variant = nat == null ? "" : nat.name();
        Stage stage = Stage.of(scenario, nat, seed);
        VirtualNet net = stage.net();
        if (records != null) {
            net.keepTables(VirtualNet.TABLE_CHANGES);
        }
        Watch watch = new Watch(net, stage::serves);
        net.onStep(event -> {
            line(event.toString());
            watch.accept(event);
        });
        Happenings happenings = new Happenings(stage);
        scenario.events().forEach(happenings::schedule);
        Play play = new Play(scenario, stage, watch);
        ModelCalls models = new ModelCalls(scenario, stage);
        if (hasIce4j()) {
            return new Calls(scenario, stage, pace).run(variant, ended -> {
                List<Finding> calls = new ArrayList<>(ended);
                calls.addAll(models.findings(variant));
                return result(variant, stage, watch, happenings, play, calls);
            });
        }
        net.runUntil(scenario.duration().toNanos());
        return result(variant, stage, watch, happenings, play, models.findings(variant));
    }

    private boolean hasIce4j() {
        return scenario.calls().stream().anyMatch(call -> call.agents() == Scenario.Agents.ICE4J);
    }

    private VariantResult result(
            String variant, Stage stage, Watch watch, Happenings happenings, Play play, List<Finding> calls) {
        watch.finish();
        List<Finding> findings = new ArrayList<>(happenings.findings());
        findings.addAll(play.findings(variant));
        findings.addAll(calls);
        findings.sort(Comparator.comparingLong(Finding::atNanos));
        if (records != null) {
            records.accept(RunRecord.of(stage.net(), summary(variant, findings)));
        }
        return new VariantResult(variant, findings, tables(stage));
    }

    private RunRecord.Summary summary(String variant, List<Finding> findings) {
        List<Finding> asked = findings.stream()
                .filter(finding -> !finding.expected().isEmpty())
                .toList();
        List<Finding> unmet = asked.stream().filter(finding -> !finding.met()).toList();
        String why = unmet.stream()
                .map(finding -> finding.what() + ": " + finding.came() + ", expected was " + finding.expected()
                        + (finding.why().isEmpty() ? "" : ": " + finding.why()))
                .collect(Collectors.joining("; "));
        return new RunRecord.Summary(
                variant.isEmpty() ? scenario.title() : scenario.title() + ", " + variant,
                replay,
                "all of it",
                (asked.size() - unmet.size()) + " of " + asked.size() + " expectations met",
                unmet.isEmpty(),
                why.isEmpty() ? "Everything came as the file expects." : why);
    }

    private static List<NatState> tables(Stage stage) {
        List<NatState> tables = new ArrayList<>();
        stage.routers().forEach((network, router) -> {
            if (router.behaviour().translates()) {
                tables.add(new NatState(
                        network,
                        router.behaviour().name(),
                        router.externals().stream().map(IpAddress::toString).collect(Collectors.joining(" and ")),
                        stage.net().nowNanos(),
                        router.table()));
            }
        });
        return tables;
    }
}
