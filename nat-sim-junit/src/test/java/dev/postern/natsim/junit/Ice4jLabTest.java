package dev.postern.natsim.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.oracle.Outcome;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Agent;
import org.ice4j.ice.Component;
import org.ice4j.ice.IceMediaStream;
import org.ice4j.ice.IceProcessingState;
import org.ice4j.ice.KeepAliveStrategy;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.RemoteCandidate;
import org.ice4j.ice.harvest.TurnCandidateHarvester;
import org.ice4j.security.LongTermCredential;
import org.junit.jupiter.api.Timeout;

/** Agents with a relay in a lab, which its tests use as a user's do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class Ice4jLabTest {

    private static final String STREAM = "data";

    @NatLab("home-port x cgn-sym")
    @Seeds(2)
    void relayIsFoundInVirtualTimeAndAgentsAreLeftToTheLab(Lab lab) throws IOException {
        Agent a = agent(lab, lab.a(), true);
        Agent b = agent(lab, lab.b(), false);
        learn(a, b);
        learn(b, a);
        b.startConnectivityEstablishment();
        a.startConnectivityEstablishment();

        lab.assertAsPredicted();
        lab.assertRelayed();
        assertThat(lab.isTimeVirtual()).isTrue();
        assertThat(a.getState()).isNotEqualTo(IceProcessingState.WAITING);
    }

    /** Nobody has begun to connect: that is no connection, and it is not waited for for ever. */
    @NatLab("open x open")
    void agentsThatDoNothingAreNotConnected(Lab lab) throws IOException {
        agent(lab, lab.a(), true);

        assertThat(lab.outcome()).isEqualTo(Outcome.NONE);
    }

    private static Agent agent(Lab lab, Peer peer, boolean controlling) throws IOException {
        Agent agent = peer.agent();
        agent.addCandidateHarvester(new TurnCandidateHarvester(
                new TransportAddress(lab.server(), Transport.UDP),
                new LongTermCredential(lab.username(), lab.password())));
        agent.setControlling(controlling);
        IceMediaStream stream = agent.createMediaStream(STREAM);
        Component component = agent.createComponent(stream, KeepAliveStrategy.SELECTED_ONLY, false);
        assertThat(component.getLocalCandidates())
                .extracting(candidate -> candidate.getType().toString())
                .contains("host", "relay");
        return agent;
    }

    private static void learn(Agent agent, Agent other) {
        IceMediaStream stream = agent.getStream(STREAM);
        stream.setRemoteUfrag(other.getLocalUfrag());
        stream.setRemotePassword(other.getLocalPassword());
        Component component = stream.getComponents().get(0);
        for (LocalCandidate candidate :
                other.getStream(STREAM).getComponents().get(0).getLocalCandidates()) {
            component.addRemoteCandidate(new RemoteCandidate(
                    candidate.getTransportAddress(),
                    component,
                    candidate.getType(),
                    candidate.getFoundation(),
                    candidate.getPriority(),
                    null));
        }
    }
}
