package dev.postern.natsim.fabric;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The open UDP ports of a host, by address and port; at most all ports of the addresses that were ever its own. */
final class UdpPorts {

    static final int FIRST_EPHEMERAL_PORT = 49152;

    private static final int MAX_PORT = 65535;
    /** Stands for any address; no host has it. */
    private static final IpAddress ANY = IpAddress.ofIpv4(0);

    private final Host host;
    private final Map<TransportAddress, UdpPort> open = new HashMap<>();
    private int nextEphemeral = FIRST_EPHEMERAL_PORT;

    UdpPorts(Host host) {
        this.host = host;
    }

    boolean isFree(IpAddress local, int port) {
        return !open.containsKey(TransportAddress.of(local, port)) && !open.containsKey(TransportAddress.of(ANY, port));
    }

    private boolean isFreeAnywhere(int port) {
        return isFree(ANY, port) && host.addresses().stream().allMatch(address -> isFree(address, port));
    }

    UdpPort open(IpAddress local, int port, DatagramHandler handler) {
        int number = port == 0 ? ephemeral(local) : port;
        if (!isFree(local, number)) {
            throw inUse(number);
        }
        return put(TransportAddress.of(local, number), handler);
    }

    UdpPort openAny(int port, DatagramHandler handler) {
        int number = port == 0 ? ephemeral(ANY) : port;
        if (!isFreeAnywhere(number)) {
            throw inUse(number);
        }
        return put(TransportAddress.of(ANY, number), handler);
    }

    private IllegalStateException inUse(int port) {
        return new IllegalStateException("UDP port " + port + " of " + host.name() + " is in use");
    }

    private UdpPort put(TransportAddress bound, DatagramHandler handler) {
        UdpPort port = new UdpPort(host, bound, bound.ip().equals(ANY), handler);
        open.put(bound, port);
        return port;
    }

    private int ephemeral(IpAddress local) {
        int count = MAX_PORT - FIRST_EPHEMERAL_PORT + 1;
        for (int i = 0; i < count; i++) {
            int port = nextEphemeral;
            nextEphemeral = port == MAX_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
            if (local.equals(ANY) ? isFreeAnywhere(port) : isFree(local, port)) {
                return port;
            }
        }
        throw new IllegalStateException("every ephemeral UDP port of " + host.name() + " is in use");
    }

    void close(UdpPort port) {
        open.remove(port.bound(), port);
    }

    /** The port that hears what arrives at the address; null if there is none. */
    @Nullable
    UdpPort at(TransportAddress destination) {
        UdpPort port = open.get(destination);
        return port != null ? port : open.get(TransportAddress.of(ANY, destination.port()));
    }
}
