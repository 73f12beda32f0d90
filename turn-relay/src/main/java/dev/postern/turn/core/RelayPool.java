package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PortRange;
import dev.postern.turn.RelayAddress;
import java.util.random.RandomGenerator;

/**
 * The relayed transport addresses of one family: the address that is bound, the one that peers know, and which ports are taken.
 * Shared by all shards: any thread.
 */
final class RelayPool {

    private final AddressFamily family;
    private final RelayAddress address;
    private final RelayPorts ports;

    RelayPool(RelayAddress address, PortRange range, RandomGenerator random) {
        this.family = AddressFamily.of(address.local());
        this.address = address;
        this.ports = new RelayPorts(range, random);
    }

    AddressFamily family() {
        return family;
    }

    RelayPorts ports() {
        return ports;
    }

    /** What to bind for a port. */
    TransportAddress bind(int port) {
        return TransportAddress.of(address.local(), port);
    }

    /** What peers know a bound port by. */
    TransportAddress relayed(TransportAddress bound) {
        return bound.ip().equals(address.advertised())
                ? bound
                : TransportAddress.of(address.advertised(), bound.port());
    }

    /** Whether peers know relays by another address than the one that is bound, and this is the one that is bound. */
    boolean hides(IpAddress source) {
        return address.external() != null && source.equals(address.local()) && !source.equals(address.external());
    }
}
