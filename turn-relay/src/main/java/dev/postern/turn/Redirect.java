package dev.postern.turn;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where new allocations are sent when this relay has enough of them or is {@linkplain TurnRelay#drain drained}: the answer to an
 * Allocate is then 300 with ALTERNATE-SERVER (RFC 8656 section 7.2, RFC 8489 section 10). A client whose family has no other server is
 * served as ever, and while the relay is drained refused with 508.
 *
 * @param servers other relays with the same users and realm, at most one for clients of each family
 * @param domain ALTERNATE-DOMAIN for clients over TLS or DTLS: the name in the other servers' certificate where it is another one than
 *     here, at most {@value #MAX_DOMAIN_BYTES} bytes; null if it is the same
 * @param above how many allocations all users may hold here before new ones are redirected, so that 1 redirects the second one; 0 means
 *     that only draining redirects
 */
public record Redirect(
        List<TransportAddress> servers, @Nullable String domain, int above) {

    /** RFC 8489 section 14.16: at most 255 bytes. Here: {@value}. */
    public static final int MAX_DOMAIN_BYTES = 255;

    /** Nowhere to send anybody. */
    public static final Redirect NONE = new Redirect(List.of(), null, 0);

    public Redirect {
        servers = List.copyOf(servers);
        for (boolean ipv4 : new boolean[] {true, false}) {
            if (servers.stream().filter(server -> server.ip().isIpv4() == ipv4).count() > 1) {
                throw new IllegalArgumentException(
                        "turn.alternate-server is '" + servers + "', but must hold at most one server of each family.");
            }
        }
        for (TransportAddress server : servers) {
            if (server.port() == 0 || server.ip().toInetAddress().isAnyLocalAddress()) {
                throw new IllegalArgumentException("turn.alternate-server is '" + server
                        + "', but must be the address and port of a server, such as 192.0.2.9:3478.");
            }
        }
        if (domain != null && !isDomain(domain)) {
            throw new IllegalArgumentException(
                    "turn.alternate-domain must have 1 to " + MAX_DOMAIN_BYTES + " bytes and no control character.");
        }
        if (above < 0) {
            throw new IllegalArgumentException("turn.redirect-above is " + above + ", but must be 0 or more.");
        }
        if (servers.isEmpty() && (above > 0 || domain != null)) {
            throw new IllegalArgumentException(
                    "turn.alternate-server is missing, but turn.redirect-above and turn.alternate-domain mean nothing without it.");
        }
    }

    private static boolean isDomain(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        return bytes >= 1 && bytes <= MAX_DOMAIN_BYTES && text.chars().noneMatch(Character::isISOControl);
    }

    /** The server for clients that come from an address of this family; null if there is none. */
    public @Nullable TransportAddress serverFor(IpAddress client) {
        for (TransportAddress server : servers) {
            if (server.ip().isIpv4() == client.isIpv4()) {
                return server;
            }
        }
        return null;
    }
}
