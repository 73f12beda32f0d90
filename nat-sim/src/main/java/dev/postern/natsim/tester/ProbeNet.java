package dev.postern.natsim.tester;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The place in a network that a tester asks from: opens its UDP sockets, and whatever else it has. Used on the tester's thread. */
public interface ProbeNet {

    /** How many machines it can ask from, all behind the same NAT; at least 1. */
    int hosts();

    /**
     * Opens a UDP socket. What arrives at it is handed to {@link NatTester#onDatagram}.
     *
     * @param host which machine, 0 to {@link #hosts()} - 1
     * @param port the local port, 1 to 65535
     * @return null if the port cannot be had
     */
    @Nullable
    ProbeSocket open(int host, int port);

    /** The addresses of a name in the DNS of this place, perhaps none; null if no names are looked up here. May take seconds. */
    default @Nullable List<IpAddress> addressesOf(String name) {
        return null;
    }

    /** The router that leads out of here, which may give ports on request; null if its address is not known. */
    default @Nullable IpAddress gateway() {
        return null;
    }

    /** Whether a datagram to a port that is closed here is sure to be answered with an ICMP port unreachable. */
    default boolean refusesClosedPorts() {
        return false;
    }

    /** Its TCP; null if it has none. */
    default @Nullable ProbeTcp tcp() {
        return null;
    }

    /** Its TLS; null if it has none. */
    default @Nullable ProbeTls tls() {
        return null;
    }

    /** Packets as they are on the line; null where programs cannot have them, as in Java on a real machine. */
    default @Nullable ProbeWire wire() {
        return null;
    }
}
