package dev.postern.natsim.junit;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.ice4j.LiveNet;
import dev.postern.natsim.ice4j.VirtualHostHarvester;
import dev.postern.natsim.oracle.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.CandidateType;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.jspecify.annotations.Nullable;

/** The ice4j agents of a lab: what has become of them, and their end. The only class here that works with ice4j. Any thread. */
final class LabAgents {

    private final LiveNet net;
    private final Runnable onChange;
    private final List<Watched> all = new CopyOnWriteArrayList<>();

    /** {@code onChange} is called whenever the state of an agent has changed. */
    LabAgents(LiveNet net, Runnable onChange) {
        this.net = net;
        this.onChange = onChange;
    }

    Agent make() {
        return new Agent();
    }

    void attach(Agent agent, Host host) {
        agent.setUseDynamicPorts(false);
        agent.addCandidateHarvester(new VirtualHostHarvester(net, host));
        Watched watched = new Watched(agent);
        all.add(watched);
        agent.addStateChangeListener(event -> {
            watched.look();
            onChange.run();
        });
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether some have begun to connect, and all of those have connected or given up. */
    boolean areDecided() {
        List<Watched> begun = begun();
        return !begun.isEmpty() && begun.stream().allMatch(watched -> watched.agent.isOver());
    }

    private List<Watched> begun() {
        return all.stream()
                .filter(watched -> watched.agent.getState() != IceProcessingState.WAITING)
                .toList();
    }

    /**
     * How those ended that have begun to connect, the worst of all. Direct or relayed is what a controlling agent says, if there
     * is one: it decides, and the other may think of another pair for a while.
     */
    Outcome outcome() {
        List<Watched> begun = begun();
        if (begun.isEmpty() || begun.stream().anyMatch(watched -> watched.look() == Outcome.NONE)) {
            return Outcome.NONE;
        }
        List<Watched> deciding =
                begun.stream().filter(watched -> watched.agent.isControlling()).toList();
        return (deciding.isEmpty() ? begun : deciding).stream().anyMatch(watched -> watched.look() == Outcome.RELAY)
                ? Outcome.RELAY
                : Outcome.DIRECT;
    }

    /**
     * Ends those that still live. The streams go first: freed by the agent, a relayed socket is closed under a lock that its
     * sending thread wants, which holds the one that closing wants; and both wait for ever.
     */
    void close() {
        for (Watched watched : all) {
            new ArrayList<>(watched.agent.getStreams()).forEach(watched.agent::removeStream);
            watched.agent.free();
        }
    }

    /** An agent, and what was last known of its pairs: an agent that was freed has none. */
    private static final class Watched {

        private final Agent agent;
        private volatile Outcome last = Outcome.NONE;

        Watched(Agent agent) {
            this.agent = agent;
        }

        Outcome look() {
            List<Component> components = agent.getStreams().stream()
                    .map(IceMediaStream::getComponents)
                    .flatMap(List::stream)
                    .toList();
            if (agent.getState() == IceProcessingState.FAILED) {
                last = Outcome.NONE;
            } else if (!components.isEmpty()) {
                last = components.stream()
                        .map(component -> of(component.getSelectedPair()))
                        .reduce(Outcome.DIRECT, (a, b) -> a.compareTo(b) > 0 ? a : b);
            }
            return last;
        }

        private static Outcome of(@Nullable CandidatePair pair) {
            if (pair == null) {
                return Outcome.NONE;
            }
            boolean relayed = pair.getLocalCandidate().getType() == CandidateType.RELAYED_CANDIDATE
                    || pair.getRemoteCandidate().getType() == CandidateType.RELAYED_CANDIDATE;
            return relayed ? Outcome.RELAY : Outcome.DIRECT;
        }
    }
}
