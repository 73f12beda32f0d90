package dev.postern.natsim.ice4j;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ice4j.Transport;
import org.ice4j.ice.Agent;
import org.ice4j.ice.CandidatePair;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.NominationStrategy;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.StunCandidateHarvester;
import org.ice4j.ice.harvest.TurnCandidateHarvester;
import org.ice4j.security.LongTermCredential;

/**
 * An ice4j agent with one component on a virtual host: gathers, exchanges candidates with another one, connects. Its methods
 * are called by one thread, in this order.
 */
public final class VirtualAgent implements AutoCloseable {

    private static final String STREAM = "data";

    private final Agent agent;
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile long decidedNanos;

    /** An agent that has not gathered yet, and gathers a relayed candidate too. */
    public VirtualAgent(LiveNet net, Host host, IceServer server, boolean controlling) {
        this(net, host, server, controlling, true);
    }

    /** An agent that has not gathered yet; {@code withTurn} says whether it asks the server for a relayed candidate. */
    public VirtualAgent(LiveNet net, Host host, IceServer server, boolean controlling, boolean withTurn) {
        Ice4jSettings.apply();
        agent = new Agent();
        agent.setUseDynamicPorts(false);
        agent.addCandidateHarvester(new VirtualHostHarvester(net, host));
        agent.addCandidateHarvester(new StunCandidateHarvester(ice4jAddress(server.address())));
        if (withTurn) {
            agent.addCandidateHarvester(new TurnCandidateHarvester(
                    ice4jAddress(server.address()), new LongTermCredential(server.username(), server.password())));
        }
        agent.setNominationStrategy(NominationStrategy.NONE);
        agent.setControlling(controlling);
        IceMediaStream stream = agent.createMediaStream(STREAM);
        if (controlling) {
            stream.addPairChangeListener(new DirectFirst(agent, stream));
        }
        agent.addStateChangeListener(event -> {
            if (isFinal((IceProcessingState) event.getNewValue()) && decided.getCount() > 0) {
                decidedNanos = net.with(VirtualNet::nowNanos);
                decided.countDown();
            }
        });
    }

    /** Gathers candidates; blocks until all have come, or the server has not answered for seconds. */
    public void gather() throws IOException {
        agent.createComponent(stream(), 0, 0, 0, KeepAliveStrategy.SELECTED_ONLY, false);
    }

    /** The types of the candidates it has gathered, such as {@code host} and {@code srflx}. */
    public List<String> candidates() {
        return component().getLocalCandidates().stream()
                .map(candidate -> candidate.getType().toString())
                .toList();
    }

    /** Takes the credentials and candidates of the other agent, which has gathered. */
    public void learn(VirtualAgent other) {
        IceMediaStream stream = stream();
        stream.setRemoteUfrag(other.agent.getLocalUfrag());
        stream.setRemotePassword(other.agent.getLocalPassword());
        Component component = component();
        for (LocalCandidate candidate : other.component().getLocalCandidates()) {
            component.addRemoteCandidate(new RemoteCandidate(
                    candidate.getTransportAddress(),
                    component,
                    candidate.getType(),
                    candidate.getFoundation(),
                    candidate.getPriority(),
                    null));
        }
    }

    /** Begins the connectivity checks. */
    public void connect() {
        agent.startConnectivityEstablishment();
    }

    /** Waits, in wall-clock time, until the agent has connected or given up; false if it has done neither. */
    public boolean awaitDecision(Duration timeout) throws InterruptedException {
        return decided.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** When it connected or gave up, in the network's time; 0 while it has not. */
    public long decidedNanos() {
        return decidedNanos;
    }

    /** How it ended, as this agent sees it; {@link Outcome#NONE} while it has not. */
    public Outcome outcome() {
        CandidatePair pair = component().getSelectedPair();
        if (pair == null || agent.getState() == IceProcessingState.FAILED) {
            return Outcome.NONE;
        }
        return DirectFirst.isRelayed(pair) ? Outcome.RELAY : Outcome.DIRECT;
    }

    /** The types of the local and the remote candidate of the pair in use, such as {@code host-srflx}; empty without one. */
    public String pair() {
        CandidatePair pair = component().getSelectedPair();
        return pair == null
                ? ""
                : pair.getLocalCandidate().getType() + "-"
                        + pair.getRemoteCandidate().getType();
    }

    /**
     * Ends the agent and closes its sockets.
     *
     * <p>The stream goes first: freed by the agent, a relayed socket is closed under a lock that its sending thread wants,
     * which holds the one that closing wants; and both wait for ever.
     */
    @Override
    public void close() {
        agent.removeStream(stream());
        agent.free();
    }

    private static boolean isFinal(IceProcessingState state) {
        return switch (state) {
            case COMPLETED, FAILED, TERMINATED -> true;
            case WAITING, RUNNING -> false;
        };
    }

    private IceMediaStream stream() {
        return agent.getStream(STREAM);
    }

    private Component component() {
        return stream().getComponents().get(0);
    }

    private static org.ice4j.TransportAddress ice4jAddress(TransportAddress address) {
        return new org.ice4j.TransportAddress(address.ip().toInetAddress(), address.port(), Transport.UDP);
    }
}
