package dev.postern.natsim.scenario.run;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Router;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle;
import dev.postern.natsim.oracle.Placement;
import dev.postern.natsim.scenario.Scenario;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network of a scenario for programs that put sockets and agents of their own on its hosts: its networks, hosts and servers, and
 * its events at their times. Packets, calls, what it compares and its population are for {@link ScenarioRun}. Owned by one thread at
 * a time.
 */
public final class ScenarioNet {

    private final Scenario scenario;
    private final Stage stage;
    private final Happenings happenings;

    /** Builds the network, at time 0; the same seed gives the same ports, jitter and loss. */
    public ScenarioNet(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.stage = Stage.of(scenario, null, seed);
        this.happenings = new Happenings(stage);
        scenario.events().forEach(happenings::schedule);
    }

    public VirtualNet net() {
        return stage.net();
    }

    /**
     * The host or server with a name of the file.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Host host(String name) {
        return stage.host(name);
    }

    /** The routers that lead out from where a host is now, from it outwards. */
    public List<Router> routersOf(String host) {
        List<Router> way = new ArrayList<>();
        Router router = stage.host(host).router();
        while (router != null) {
            way.add(router);
            router = next(router);
        }
        return way;
    }

    private @Nullable Router next(Router router) {
        String outside = network(router).outside();
        return stage.routers().get(outside);
    }

    /** The network behind a router, which has its name. */
    private Scenario.Network network(Router router) {
        return scenario.networks().stream()
                .filter(network -> network.name().equals(router.name()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Where a server of the file is reached over UDP.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public TransportAddress server(String name) {
        return stage.server(name).address();
    }

    /**
     * Where two hosts are now, as the oracle knows it: the NATs alone, whatever lines do. With a relay over UDP if the file has a server.
     *
     * @throws IllegalArgumentException if one of them is behind more than {@link Placement#MAX_NATS} NATs
     */
    public Placement placement(String a, String b) {
        List<Router> wayOfA = routersOf(a);
        List<Router> wayOfB = routersOf(b);
        List<Router> shared = wayOfA.stream().filter(wayOfB::contains).toList();
        boolean isolated = !shared.isEmpty() && network(shared.get(0)).isolated();
        List<NatBehaviour> aloneA = behaviours(wayOfA.subList(0, wayOfA.size() - shared.size()));
        List<NatBehaviour> aloneB = behaviours(wayOfB.subList(0, wayOfB.size() - shared.size()));
        boolean sameInside = !aloneA.isEmpty()
                && !aloneB.isEmpty()
                && stage.host(a).ip().equals(stage.host(b).ip());
        Oracle.Turn turn = scenario.servers().isEmpty() ? Oracle.Turn.NONE : Oracle.Turn.UDP;
        return new Placement(aloneA, aloneB, behaviours(shared), isolated, sameInside, false, turn);
    }

    private static List<NatBehaviour> behaviours(List<Router> routers) {
        return routers.stream().map(Router::behaviour).toList();
    }

    /** Events that the file asks for and that could not be when their time came, each in one sentence; none if all could. */
    public List<String> impossible() {
        return happenings.findings().stream()
                .filter(finding -> !finding.met())
                .map(finding -> finding.what() + ": " + finding.came())
                .toList();
    }
}
