package dev.postern.stunserver.core;

import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.DiscoveryAddresses;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * One of the four sockets of NAT behaviour discovery, and the other three as a request that comes to it names them (RFC 5780
 * section 6.1, table 1): by the two flags of CHANGE-REQUEST.
 *
 * <pre>
 *   flags                source of the response    OTHER-ADDRESS
 *   none                 Da, Dp                    Ca, Cp
 *   {@link #CHANGE_PORT}          Da, Cp                    Ca, Cp
 *   {@link #CHANGE_IP}            Ca, Dp                    Ca, Cp
 *   both                 Ca, Cp                    Ca, Cp
 * </pre>
 *
 * <p>Immutable.
 */
final class Vantage {

    /** The flag "change port" of CHANGE-REQUEST (RFC 5780 section 7.2). */
    static final int CHANGE_PORT = 0x2;

    /** The flag "change IP". */
    static final int CHANGE_IP = 0x4;

    private static final int BOTH = CHANGE_IP | CHANGE_PORT;
    private static final int COMBINATIONS = 4;

    private final TransportAddress[] sockets = new TransportAddress[COMBINATIONS];
    private final TransportAddress[] names = new TransportAddress[COMBINATIONS];

    private Vantage(DiscoveryAddresses addresses, TransportAddress here) {
        TransportAddress primary = addresses.primary();
        TransportAddress alternate = addresses.alternate();
        boolean atPrimaryIp = here.ip().equals(primary.ip());
        boolean atPrimaryPort = here.port() == primary.port();
        for (int flags = 0; flags <= BOTH; flags += CHANGE_PORT) {
            boolean primaryIp = atPrimaryIp == ((flags & CHANGE_IP) == 0);
            boolean primaryPort = atPrimaryPort == ((flags & CHANGE_PORT) == 0);
            TransportAddress socket = TransportAddress.of(
                    (primaryIp ? primary : alternate).ip(), (primaryPort ? primary : alternate).port());
            sockets[index(flags)] = socket;
            names[index(flags)] = addresses.nameOf(socket);
        }
    }

    /** All of them by the socket that a request comes to. */
    static Map<TransportAddress, Vantage> all(Collection<DiscoveryAddresses> discovery) {
        Map<TransportAddress, Vantage> vantages = new HashMap<>();
        for (DiscoveryAddresses addresses : discovery) {
            addresses.sockets().forEach(socket -> vantages.put(socket, new Vantage(addresses, socket)));
        }
        return vantages;
    }

    private static int index(int flags) {
        return (flags & BOTH) / CHANGE_PORT;
    }

    /** The socket to answer from. */
    TransportAddress source(int flags) {
        return sockets[index(flags)];
    }

    /** What clients know {@link #source} by: RESPONSE-ORIGIN. */
    TransportAddress origin(int flags) {
        return names[index(flags)];
    }

    /** The other address and port as clients know them: OTHER-ADDRESS. */
    TransportAddress other() {
        return names[index(BOTH)];
    }
}
