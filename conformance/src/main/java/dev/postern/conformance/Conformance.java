package dev.postern.conformance;

import dev.postern.conformance.cases.Cases;
import dev.postern.conformance.net.SocketWorld;
import dev.postern.stun.TransportProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Runs the numbered cases against a server over sockets, one after the other, on the caller's thread. A case is run over each transport
 * of the target that it is about.
 */
public final class Conformance {

    private Conformance() {}

    /**
     * The results in the order of the cases.
     *
     * @param chosen which numbers are run; the others are left out of the results
     * @param slow whether cases that wait for 30 s or longer are run
     * @param progress told each result as it comes
     */
    public static List<Result> run(Target target, IntPredicate chosen, boolean slow, Consumer<Result> progress) {
        List<Result> results = new ArrayList<>();
        for (Case each : Cases.all()) {
            if (chosen.test(each.number())) {
                for (TransportProtocol protocol : transportsOf(each, target)) {
                    Result result = CaseRun.of(each, protocol, () -> new SocketWorld(target), slow);
                    results.add(result);
                    progress.accept(result);
                }
            }
        }
        return results;
    }

    /** What the case and the target have in common; if that is nothing, one that the case names, over which it will be skipped. */
    private static List<TransportProtocol> transportsOf(Case each, Target target) {
        List<TransportProtocol> ordered = each.transports().stream().sorted().toList();
        List<TransportProtocol> common =
                ordered.stream().filter(target.protocols()::contains).toList();
        return common.isEmpty() ? ordered.subList(0, 1) : common;
    }

    /** How many cases there are. */
    public static int cases() {
        return Cases.all().size();
    }
}
