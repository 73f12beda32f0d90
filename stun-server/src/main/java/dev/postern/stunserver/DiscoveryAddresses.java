package dev.postern.stunserver;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The two addresses and two ports that NAT behaviour discovery (RFC 5780) takes: clients ask at one of the four sockets that these
 * make and are answered from the one they name, so that they see how the NAT in front of them maps and filters.
 *
 * <p>Not for a host with one address, nor for an address that is shared with another server: the client would be told
 * something about that instead of its NAT.
 *
 * @param primary the address and port that clients are told to ask first; neither a wildcard nor port 0, since the client is told them
 * @param alternate the other address and the other port, of the same family; both differ from the primary's
 * @param external what the outside knows the two addresses by, in this order, where a 1:1 NAT that keeps ports stands in
 *     front; empty if none does
 */
public record DiscoveryAddresses(TransportAddress primary, TransportAddress alternate, List<IpAddress> external) {

    /** The name by which sentences about mistakes call the setting. */
    public static final String KEY = "stun.nat-discovery";

    /** The name of the setting for {@link #external()}. */
    public static final String EXTERNAL_KEY = "stun.nat-discovery-external";

    /** @throws IllegalArgumentException with one sentence that names the key, the value and what is allowed */
    public DiscoveryAddresses {
        external = List.copyOf(external);
        require(
                isConcrete(primary) && isConcrete(alternate),
                primary,
                alternate,
                "name addresses and ports, no wildcard");
        require(
                primary.ip().isIpv4() == alternate.ip().isIpv4(),
                primary,
                alternate,
                "be two addresses of the same family");
        require(!primary.ip().equals(alternate.ip()), primary, alternate, "be two different addresses");
        require(primary.port() != alternate.port(), primary, alternate, "have two different ports");
        boolean fits = external.isEmpty()
                || (external.size() == 2
                        && !external.get(0).equals(external.get(1))
                        && external.stream()
                                .allMatch(address ->
                                        address.isIpv4() == primary.ip().isIpv4()));
        if (!fits) {
            throw new IllegalArgumentException(EXTERNAL_KEY + " is '" + external
                    + "', but must be two different addresses of" + " the family of " + KEY + ", in the same order.");
        }
    }

    /** Without a NAT in front. */
    public DiscoveryAddresses(TransportAddress primary, TransportAddress alternate) {
        this(primary, alternate, List.of());
    }

    private static boolean isConcrete(TransportAddress address) {
        return address.port() != 0 && !address.ip().toInetAddress().isAnyLocalAddress();
    }

    private static void require(boolean holds, TransportAddress primary, TransportAddress alternate, String what) {
        if (!holds) {
            throw new IllegalArgumentException(KEY + " is '" + primary + ", " + alternate + "', but must " + what
                    + ", such as 192.0.2.1:3478, 192.0.2.2:3479.");
        }
    }

    /** The four sockets, the primary one first and the one that differs in both last. */
    public List<TransportAddress> sockets() {
        return List.of(
                primary,
                TransportAddress.of(primary.ip(), alternate.port()),
                TransportAddress.of(alternate.ip(), primary.port()),
                alternate);
    }

    /** What the outside knows one of the sockets by. */
    public TransportAddress nameOf(TransportAddress socket) {
        if (external.isEmpty()) {
            return socket;
        }
        return TransportAddress.of(external.get(socket.ip().equals(primary.ip()) ? 0 : 1), socket.port());
    }

    /**
     * The sockets of all of these.
     *
     * @throws IllegalArgumentException with one sentence if two share a socket
     */
    public static List<TransportAddress> socketsOf(Collection<DiscoveryAddresses> all) {
        List<TransportAddress> sockets =
                all.stream().flatMap(each -> each.sockets().stream()).toList();
        if (Set.copyOf(sockets).size() < sockets.size()) {
            throw new IllegalArgumentException(KEY + " is '"
                    + String.join(
                            ", ",
                            all.stream()
                                    .flatMap(each -> Stream.of(each.primary, each.alternate))
                                    .map(TransportAddress::toString)
                                    .toList())
                    + "', but must not name a socket twice.");
        }
        return sockets;
    }
}
