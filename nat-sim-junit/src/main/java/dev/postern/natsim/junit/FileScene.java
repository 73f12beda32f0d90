package dev.postern.natsim.junit;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.scenario.Nearest;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.natsim.scenario.run.ScenarioNet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network of a scenario file. */
final class FileScene implements Scene {

    private final FilePlan plan;
    private final ScenarioNet net;

    FileScene(FilePlan plan, long seed) {
        this.plan = plan;
        this.net = new ScenarioNet(plan.scenario(), seed);
    }

    @Override
    public VirtualNet net() {
        return net.net();
    }

    @Override
    public String a() {
        return plan.a();
    }

    @Override
    public String b() {
        return plan.b();
    }

    @Override
    public Host host(String name) {
        List<String> hosts =
                plan.scenario().hosts().stream().map(Scenario.Machine::name).toList();
        if (!hosts.contains(name)) {
            throw new IllegalArgumentException(
                    "no host of " + plan.text() + " is called \"" + name + "\"; " + Nearest.advice(name, hosts));
        }
        return net.host(name);
    }

    @Override
    public List<Router> natsOf(String host) {
        return net.routersOf(host);
    }

    @Override
    public @Nullable Server server() {
        Scenario.Server known = plan.server();
        return known == null ? null : new Server(net.server(known.name()), known.user(), known.password());
    }

    @Override
    public Placement placement() {
        return net.placement(plan.a(), plan.b());
    }

    @Override
    public List<String> impossible() {
        return net.impossible();
    }
}
