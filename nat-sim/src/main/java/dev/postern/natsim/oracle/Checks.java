package dev.postern.natsim.oracle;

import dev.postern.natsim.oracle.Endpoint.Agent;
import dev.postern.natsim.oracle.Endpoint.Relay;
import dev.postern.natsim.oracle.Endpoint.Server;
import dev.postern.natsim.oracle.Paths.Arrival;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the connectivity checks of two agents come to if each is repeated for as long as it may still change something: the
 * least fixed point of sending to every address that is known, opening filters by it, and learning addresses from what
 * arrives.
 */
final class Checks {

    /* Two NATs that map per destination and filter nothing teach each other new ports without end; none of them helps. */
    private static final int MAX_KNOWN = 12;

    private final Paths paths;
    private final Map<Agent, Set<Endpoint>> known = new EnumMap<>(Agent.class);
    private final Map<Agent, @Nullable Endpoint> reflexive = new EnumMap<>(Agent.class);

    /** Both agents have gathered and told each other their candidates. */
    Checks(Placement placement) {
        this.paths = new Paths(placement);
        for (Agent agent : Agent.values()) {
            Arrival atServer = paths.send(agent, new Server());
            reflexive.put(agent, atServer == null ? null : atServer.source());
        }
        for (Agent agent : Agent.values()) {
            Set<Endpoint> candidates = new LinkedHashSet<>(List.of(paths.inside(agent.other())));
            Endpoint other = reflexive.get(agent.other());
            if (other != null) {
                candidates.add(other);
                relays(placement.turn(), agent);
            }
            known.put(agent, candidates);
        }
    }

    private void relays(Oracle.Turn turn, Agent agent) {
        if (turn != Oracle.Turn.NONE) {
            paths.send(agent, new Relay(agent.other()));
        }
    }

    /** Whether UDP of the agent reaches the server. */
    boolean hasServer(Agent agent) {
        return reflexive.get(agent) != null;
    }

    /**
     * Whether some check succeeds: it arrives, and its answer comes back from where the check was sent to.
     *
     * @param order who sends before anything from the other has arrived
     */
    boolean succeed(Oracle.Order order) {
        if (order == Oracle.Order.TOGETHER) {
            for (Agent agent : Agent.values()) {
                known(agent).forEach(candidate -> paths.leave(agent, candidate));
            }
        }
        List<Agent> turns = order == Oracle.Order.B_FIRST ? List.of(Agent.B, Agent.A) : List.of(Agent.A, Agent.B);
        boolean more = true;
        while (more) {
            more = false;
            for (Agent agent : turns) {
                for (Endpoint candidate : List.copyOf(known(agent))) {
                    Endpoint seen = arriving(agent, candidate);
                    if (seen != null) {
                        more |= learn(agent.other(), seen);
                        if (candidate.equals(arriving(agent.other(), seen))) {
                            return true;
                        }
                    }
                    more |= paths.takeNews();
                }
            }
        }
        return false;
    }

    private boolean learn(Agent agent, Endpoint address) {
        return known(agent).size() < MAX_KNOWN && known(agent).add(address);
    }

    /** Whom a packet of the agent seems to come from, for the other agent; null if it does not get it. */
    private @Nullable Endpoint arriving(Agent agent, Endpoint destination) {
        Arrival arrival = paths.send(agent, destination);
        return arrival != null && arrival.agent() == agent.other() ? arrival.source() : null;
    }

    private Set<Endpoint> known(Agent agent) {
        return known.getOrDefault(agent, Set.of());
    }
}
