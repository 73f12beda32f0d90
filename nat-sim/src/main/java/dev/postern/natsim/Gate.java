package dev.postern.natsim;

import java.util.Set;

/**
 * What passes at all, in both directions, before any mapping or filter.
 *
 * @param blocked protocols that do not
 * @param udpPorts the remote UDP ports that do; empty for all
 * @param tcpPorts the remote TCP ports that do; empty for all
 */
public record Gate(Set<IpProtocol> blocked, Set<Integer> udpPorts, Set<Integer> tcpPorts) {

    public Gate {
        blocked = Set.copyOf(blocked);
        udpPorts = Set.copyOf(udpPorts);
        tcpPorts = Set.copyOf(tcpPorts);
    }

    boolean passes(IpProtocol protocol, int remotePort) {
        return !blocked.contains(protocol)
                && switch (protocol) {
                    case UDP -> udpPorts.isEmpty() || udpPorts.contains(remotePort);
                    case TCP -> tcpPorts.isEmpty() || tcpPorts.contains(remotePort);
                    case ICMP -> true;
                };
    }
}
