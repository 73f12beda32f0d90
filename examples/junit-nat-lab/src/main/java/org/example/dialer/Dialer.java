package org.example.dialer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.StunCandidateHarvester;

/**
 * One end of a call: finds its addresses, tells them to the other end, connects.
 *
 * <p>It asks a STUN server and no TURN server. Between most homes that is enough, which is why nobody noticed.
 */
public final class Dialer implements AutoCloseable {

    /** What one end tells the other, over whatever carries the signaling. */
    public record Offer(String ufrag, String password, List<LocalCandidate> candidates) {}

    private final Agent agent;
    private final IceMediaStream stream;

    public Dialer(Agent agent, InetSocketAddress stunServer, boolean caller) {
        this.agent = agent;
        agent.addCandidateHarvester(new StunCandidateHarvester(new TransportAddress(stunServer, Transport.UDP)));
        agent.setControlling(caller);
        stream = agent.createMediaStream("call");
    }

    /** Finds the addresses that the other end may reach this one by. */
    public Offer offer() throws IOException {
        Component component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
        return new Offer(agent.getLocalUfrag(), agent.getLocalPassword(), component.getLocalCandidates());
    }

    /** Begins to connect; the agent's state tells how that ends. */
    public void connect(Offer other) {
        stream.setRemoteUfrag(other.ufrag());
        stream.setRemotePassword(other.password());
        Component component = stream.getComponents().get(0);
        for (LocalCandidate candidate : other.candidates()) {
            component.addRemoteCandidate(new RemoteCandidate(
                    candidate.getTransportAddress(),
                    component,
                    candidate.getType(),
                    candidate.getFoundation(),
                    candidate.getPriority(),
                    null));
        }
        agent.startConnectivityEstablishment();
    }

    @Override
    public void close() {
        agent.free();
    }
}
