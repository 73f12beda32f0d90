package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.Packet;
import java.util.HashMap;
import java.util.Map;

/** The identifiers with which a host sends ICMP echo requests. */
final class EchoPorts {

    private static final int MAX_IDENTIFIER = 65535;

    private final Host host;
    private final Map<Integer, EchoPort> byIdentifier = new HashMap<>();

    EchoPorts(Host host) {
        this.host = host;
    }

    EchoPort open(int identifier, EchoHandler handler) {
        if (identifier < 0 || identifier > MAX_IDENTIFIER) {
            throw new IllegalArgumentException("identifier " + identifier + " must be 0 to " + MAX_IDENTIFIER);
        }
        EchoPort port = new EchoPort(this, host, identifier, handler);
        if (byIdentifier.putIfAbsent(identifier, port) != null) {
            throw new IllegalStateException("ICMP identifier " + identifier + " of " + host.name() + " is in use");
        }
        return port;
    }

    void close(EchoPort port) {
        byIdentifier.remove(port.identifier(), port);
    }

    boolean onReply(long nowNanos, Packet packet, Content.Echo reply) {
        EchoPort port = byIdentifier.get(packet.destination().port());
        if (port != null) {
            port.handler().onReply(nowNanos, packet.source().ip(), reply);
        }
        return port != null;
    }

    boolean onError(long nowNanos, Packet quoted, Content.IcmpError error) {
        EchoPort port = byIdentifier.get(quoted.source().port());
        if (port != null) {
            port.handler().onError(nowNanos, quoted.destination().ip(), error);
        }
        return port != null;
    }
}
