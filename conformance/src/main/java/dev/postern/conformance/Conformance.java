package dev.postern.conformance;

import dev.postern.conformance.cases.Cases;
import dev.postern.conformance.net.SocketWorld;
import dev.postern.stun.AttributeType;
import dev.postern.stun.TransportProtocol;
import java.io.UncheckedIOException;
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

    /** How many results {@link #run} will give. */
    public static int count(Target target, IntPredicate chosen) {
        return Cases.all().stream()
                .filter(each -> chosen.test(each.number()))
                .mapToInt(each -> transportsOf(each, target).size())
                .sum();
    }

    /**
     * Asks for one Binding over each protocol of the target, so that nobody waits for a hundred cases of a server that is not there.
     *
     * @return what the server calls itself in SOFTWARE; empty if it does not say
     * @throws UnreachableException if nothing comes over one of them
     */
    public static String greet(Target target) throws UnreachableException {
        String software = "";
        for (TransportProtocol protocol : target.protocols()) {
            try (World world = new SocketWorld(target)) {
                Bench bench = new Bench(world, protocol, new Transcript(world));
                Reply reply = bench.client().binding();
                software = reply.has(AttributeType.SOFTWARE) ? reply.text(AttributeType.SOFTWARE) : software;
            } catch (CaseEnd | UncheckedIOException nothing) {
                throw new UnreachableException(
                        "No answer to a Binding request over " + protocol + " from " + target.name() + ".", nothing);
            }
        }
        return software;
    }

    /** Nothing answers where the server should be. */
    public static final class UnreachableException extends Exception {

        private static final long serialVersionUID = 1;

        private UnreachableException(String sentence, Exception cause) {
            super(sentence, cause);
        }
    }
}
