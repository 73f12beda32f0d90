package dev.postern.natsim.ice4j;

import dev.postern.natsim.fabric.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.ice4j.Transport;
import org.ice4j.ice.Component;
import org.ice4j.ice.ComponentSocket;
import org.ice4j.ice.HostCandidate;
import org.ice4j.ice.LocalCandidate;
import org.ice4j.ice.harvest.AbstractCandidateHarvester;
import org.ice4j.socket.IceSocketWrapper;
import org.ice4j.socket.IceUdpSocketWrapper;
import org.ice4j.socket.MultiplexingDatagramSocket;

/**
 * Gives an ice4j agent one host candidate per component, on a virtual host. Add it to an agent that was told {@code
 * setUseDynamicPorts(false)}; other harvesters then build on it as on ice4j's own.
 */
public final class VirtualHostHarvester extends AbstractCandidateHarvester {

    private final LiveNet net;
    private final Host host;

    public VirtualHostHarvester(LiveNet net, Host host) {
        this.net = net;
        this.host = host;
    }

    @Override
    public boolean isHostHarvester() {
        return true;
    }

    /**
     * Opens a port and makes the candidate.
     *
     * @throws UncheckedIOException if the host has no port left
     */
    @Override
    public Collection<LocalCandidate> harvest(Component component) {
        try {
            IceSocketWrapper socket =
                    new IceUdpSocketWrapper(new MultiplexingDatagramSocket(new VirtualDatagramSocket(net, host, 0)));
            HostCandidate candidate = new HostCandidate(socket, component, Transport.UDP);
            component.addLocalCandidate(candidate);
            candidate.getStunStack().addSocket(candidate.getStunSocket(null));
            ComponentSocket merged = component.getComponentSocket();
            if (merged != null) {
                merged.add(socket);
            }
            return List.of(candidate);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
