package dev.postern.natsim;

import java.util.Set;

/**
 * An application layer gateway that knows no application: it puts one address for another wherever it finds it in a UDP
 * payload, which is why STUN has XOR-MAPPED-ADDRESS (RFC 8489 section 14.2).
 *
 * @param binary whether it finds addresses as bytes
 * @param text whether it finds IPv4 addresses as dotted text, too
 * @param ports the remote ports whose payloads it looks at; empty for all
 */
public record Alg(boolean binary, boolean text, Set<Integer> ports) {

    /** It looks at nothing. */
    public static final Alg NONE = new Alg(false, false, Set.of());

    public Alg {
        ports = Set.copyOf(ports);
    }
}
