package dev.postern.turn;

import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.Set;

/**
 * Which peers the relay may talk to, beside the ranges that are denied to every relay (private, loopback, link-local,
 * multicast and so on) and this server's own addresses.
 *
 * @param allow blocks that lift the built-in denials; an IPv6 form that embeds an IPv4 address needs its form allowed here
 *     and its IPv4 address to pass as well
 * @param deny blocks that are denied whatever else allows them
 * @param deniedPorts peer ports that are denied at every address, each 1 to 65535
 * @param protectedEndpoints other services of this host or its backends, denied by address and port even inside an allowed
 *     block; a wildcard address stands for every address of this host
 */
public record PeerRules(
        List<IpPrefix> allow,
        List<IpPrefix> deny,
        Set<Integer> deniedPorts,
        List<TransportAddress> protectedEndpoints) {

    /** No exception from the built-in denials. */
    public static final PeerRules NONE = new PeerRules(List.of(), List.of(), Set.of(), List.of());

    private static final int MAX_PORT = 65535;

    public PeerRules {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        deniedPorts = Set.copyOf(deniedPorts);
        protectedEndpoints = List.copyOf(protectedEndpoints);
        for (int port : deniedPorts) {
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "turn.deny-peer-ports holds " + port + ", but a port must be 1 to " + MAX_PORT + ".");
            }
        }
    }
}
