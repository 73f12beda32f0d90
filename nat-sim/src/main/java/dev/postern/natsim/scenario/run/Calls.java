package dev.postern.natsim.scenario.run;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.ice4j.IceServer;
import dev.postern.natsim.ice4j.LiveNet;
import dev.postern.natsim.ice4j.Pace;
import dev.postern.natsim.ice4j.VirtualAgent;
import dev.postern.natsim.ice4j.WallPace;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.scenario.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a scenario that have ice4j agents, which know no clock but the wall's, so that the network runs as fast as it. Used by
 * one thread, which it blocks.
 */
final class Calls {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Scenario scenario;
    private final Stage stage;
    private final @Nullable Pace given;

    /**
     * Calls that have not begun.
     *
     * @param pace what moves the time, and is the caller's to close; null for the wall's
     */
    Calls(Scenario scenario, Stage stage, @Nullable Pace pace) {
        this.scenario = scenario;
        this.stage = stage;
        this.given = pace;
    }

    /**
     * Lets the time pass, to the end of the scenario or of the last call.
     *
     * @param result makes the result of what came of each call, as the network's owner
     */
    VariantResult run(String variant, Function<List<Finding>, VariantResult> result) throws InterruptedException {
        if (given != null) {
            return run(given, variant, result);
        }
        try (WallPace pace = new WallPace()) {
            return run(pace, variant, result);
        }
    }

    private VariantResult run(Pace pace, String variant, Function<List<Finding>, VariantResult> result)
            throws InterruptedException {
        List<CountDownLatch> starts = new ArrayList<>();
        List<Scenario.Call> calls = scenario.calls().stream()
                .filter(call -> call.agents() == Scenario.Agents.ICE4J)
                .toList();
        for (Scenario.Call call : calls) {
            starts.add(latchAt(call.at()));
        }
        CountDownLatch end = latchAt(scenario.duration());
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "natsim-call");
            thread.setDaemon(true);
            return thread;
        });
        try (LiveNet net = new LiveNet(stage.net(), pace)) {
            List<Future<Finding>> running = new ArrayList<>();
            for (int i = 0; i < starts.size(); i++) {
                Scenario.Call call = calls.get(i);
                CountDownLatch start = starts.get(i);
                running.add(threads.submit(() -> {
                    start.await();
                    return run(net, call, variant, threads);
                }));
            }
            List<Finding> findings = new ArrayList<>();
            for (Future<Finding> one : running) {
                findings.add(one.get());
            }
            if (!scenario.packets().isEmpty()
                    || !scenario.events().isEmpty()
                    || calls.size() < scenario.calls().size()) {
                end.await();
            }
            return net.with(owned -> result.apply(findings));
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call could not be run: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private CountDownLatch latchAt(Duration time) {
        CountDownLatch latch = new CountDownLatch(1);
        stage.net().at(time.toNanos(), latch::countDown);
        return latch;
    }

    private Finding run(LiveNet net, Scenario.Call call, String variant, ExecutorService threads)
            throws InterruptedException {
        Host from = stage.host(call.from());
        Host to = stage.host(call.to());
        IceServer server = server(call);
        try (VirtualAgent a = new VirtualAgent(net, from, server, true, call.relay());
                VirtualAgent b = new VirtualAgent(net, to, server, false, call.relay())) {
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> gather(b), threads);
            gather(a);
            other.join();
            a.learn(b);
            b.learn(a);
            long gathered = net.with(VirtualNet::nowNanos);
            b.connect();
            a.connect();
            a.awaitDecision(PATIENCE);
            long took = a.decidedNanos() - gathered;
            Outcome outcome = a.outcome();
            String pair = a.pair();
            return net.with(owned -> finding(call, variant, outcome, pair, took));
        }
    }

    private static void gather(VirtualAgent agent) {
        try {
            agent.gather();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private IceServer server(Scenario.Call call) {
        Scenario.Server server = scenario.servers().stream()
                .filter(one -> one.name().equals(call.server()))
                .findFirst()
                .orElseThrow();
        return new IceServer(stage.server(server.name()).address(), server.user(), server.password());
    }

    /** The network is asked too: packets must have passed without a server between just when the agent says so. */
    private Finding finding(Scenario.Call call, String variant, Outcome outcome, String pair, long tookNanos) {
        Outcome expected = call.expected() == null ? null : call.expected().in(variant);
        Host from = stage.host(call.from());
        Host to = stage.host(call.to());
        VirtualNet net = stage.net();
        boolean passed = net.arrived(from, to) > 0 && net.arrived(to, from) > 0;
        boolean networkAgrees = (outcome == Outcome.DIRECT) == passed;
        boolean met = expected == null || (expected == outcome && networkAgrees);
        String came = outcome == Outcome.NONE
                ? "none: they do not connect"
                : outcome.label() + " (" + pair + "), after " + tookNanos / 1_000_000 + " ms of checks";
        if (!networkAgrees) {
            came += passed ? ", but packets passed directly" : ", but no packets passed directly";
        }
        return new Finding(
                call.at().toNanos(),
                call.from() + " calls " + call.to() + (call.relay() ? "" : " without a relay"),
                came,
                outcome.label(),
                expected == null ? "" : expected.label(),
                met,
                met ? "" : net.why(from, to).sentence());
    }
}
