package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.PortRange;
import dev.postern.turn.RelayAddress;
import java.util.random.RandomGenerator;

/**
 * The relayed transport addresses of one family: the address that is bound, the one that peers know, the ports that are shared, and
 * which of the others are taken.
 * Shared by all shards: any thread.
 */
final class RelayPool {

    private final AddressFamily family;
    private final RelayAddress address;
    private final int firstPort;
    private final int sharedPorts;
    private final RelayPorts ports;

    /** All ports of the range, of which the lowest are shared. */
    RelayPool(RelayAddress address, PortRange range, int sharedPorts, RandomGenerator random) {
        this.family = AddressFamily.of(address.local());
        this.address = address;
        this.firstPort = range.first();
        this.sharedPorts = sharedPorts;
        this.ports = new RelayPorts(range, sharedPorts, random);
    }

    AddressFamily family() {
        return family;
    }

    /** Those that one allocation has for itself. */
    RelayPorts ports() {
        return ports;
    }

    /** How many ports are shared. */
    int sharedPorts() {
        return sharedPorts;
    }

    /** One of the shared ports, from 0 to {@link #sharedPorts} - 1. */
    int sharedPort(int index) {
        return firstPort + index;
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
