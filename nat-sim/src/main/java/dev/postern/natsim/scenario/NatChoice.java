package dev.postern.natsim.scenario;

import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.TransportAddress;
import java.util.Map;

/**
 * A NAT as a file names it.
 *
 * @param name the preset or profile that it is, or is like
 * @param fixedPorts external ports that inside transport addresses get first, whatever the behaviour says
 */
public record NatChoice(String name, NatBehaviour behaviour, Map<TransportAddress, Integer> fixedPorts) {

    /** Copies the map. */
    public NatChoice {
        fixedPorts = Map.copyOf(fixedPorts);
    }
}
