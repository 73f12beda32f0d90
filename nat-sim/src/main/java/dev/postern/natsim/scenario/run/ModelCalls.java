package dev.postern.natsim.scenario.run;

import dev.postern.natsim.explore.ModelCall;
import dev.postern.natsim.explore.ModelServer;
import dev.postern.natsim.explore.Timing;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.scenario.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calls of a scenario that have agents of the model, in virtual time. Owned by the thread that runs the network. */
final class ModelCalls {

    private static final long MILLI = 1_000_000;

    private final Stage stage;
    private final List<Running> calls = new ArrayList<>();

    private record Running(Scenario.Call call, ModelCall model) {}

    /** Opens the sockets of all agents, and lets them begin at their time. */
    ModelCalls(Scenario scenario, Stage stage) {
        this.stage = stage;
        for (Scenario.Call call : scenario.calls()) {
            if (call.agents() == Scenario.Agents.MODEL) {
                ModelCall model = model(call);
                calls.add(new Running(call, model));
                stage.net().at(call.at().toNanos(), model::start);
            }
        }
    }

    private ModelCall model(Scenario.Call call) {
        ModelServer server = stage.modelServer(call.server());
        Turn turn = server.tcp() == null ? Turn.UDP : Turn.UDP_AND_TCP;
        Duration headStart = call.toWaits().minus(call.fromWaits());
        return new ModelCall(
                stage.net(),
                stage.host(call.from()),
                stage.host(call.to()),
                server,
                call.relay() ? turn : Turn.NONE,
                Timing.ofTrials((int) headStart.toMillis()));
    }

    /** What came of each call. */
    List<Finding> findings(String variant) {
        return calls.stream()
                .map(running -> finding(running.call(), running.model(), variant))
                .toList();
    }

    private Finding finding(Scenario.Call call, ModelCall model, String variant) {
        Outcome expected = call.expected() == null ? null : call.expected().in(variant);
        Outcome outcome = model.outcome();
        VirtualNet net = stage.net();
        boolean met = expected == null || expected == outcome;
        String came = outcome == Outcome.NONE
                ? "none: they do not connect"
                : outcome.label() + ", " + model.connectedNanos() / MILLI + " ms after they began to gather";
        return new Finding(
                call.at().toNanos(),
                call.from() + " calls " + call.to() + (call.relay() ? "" : " without a relay"),
                came,
                outcome.label(),
                expected == null ? "" : expected.label(),
                met,
                met
                        ? ""
                        : net.why(stage.host(call.from()), stage.host(call.to()))
                                .sentence());
    }
}
