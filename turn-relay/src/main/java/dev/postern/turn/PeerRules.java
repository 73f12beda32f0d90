package dev.postern.turn;

import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.Set;

/**
 * Which peers the relay may talk to: a profile, exceptions from it, and what is never a peer.
 *
 * @param profile what holds where no other rule speaks
 * @param dryRun whether what the profile and the rules deny passes all the same and is only counted and logged. Never lifted by it are this
 *     server's own addresses and services, {@code protectedEndpoints}, loopback, link-local, multicast and unspecified addresses,
 *     cloud metadata services and port 0
 * @param allow blocks that lift the denials of the profile; an IPv6 form that embeds an IPv4 address needs its form allowed here
 *     and its IPv4 address to pass as well
 * @param deny blocks that are denied whatever else allows them
 * @param deniedPorts peer ports that are denied at every address, each 1 to 65535
 * @param protectedEndpoints other services of this host or its backends, denied by address and port even inside an allowed
 *     block; a wildcard address stands for every address of this host
 */
public record PeerRules(
        PeerProfile profile,
        boolean dryRun,
        List<IpPrefix> allow,
        List<IpPrefix> deny,
        Set<Integer> deniedPorts,
        List<TransportAddress> protectedEndpoints) {

    /** The profile {@link PeerProfile#PUBLIC} without exception. */
    public static final PeerRules NONE = new PeerRules(List.of(), List.of(), Set.of(), List.of());

    private static final int MAX_PORT = 65535;

    /** @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed */
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
        if (profile == PeerProfile.SFU && allow.isEmpty()) {
            throw new IllegalArgumentException(
                    "turn.peers is 'sfu', which allows turn.allow-peers alone, and that is empty;"
                            + " name the blocks of your media servers there.");
        }
    }

    /** Exceptions from the profile {@link PeerProfile#PUBLIC}. */
    public PeerRules(
            List<IpPrefix> allow,
            List<IpPrefix> deny,
            Set<Integer> deniedPorts,
            List<TransportAddress> protectedEndpoints) {
        this(PeerProfile.PUBLIC, false, allow, deny, deniedPorts, protectedEndpoints);
    }
}
