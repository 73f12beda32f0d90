package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** A machine with one address and UDP ports. Made by {@link VirtualNet#host}. */
public final class Host {

    private static final int FIRST_EPHEMERAL_PORT = 49152;
    private static final int MAX_PORT = 65535;

    private final VirtualNet net;
    private final String name;
    private final IpAddress ip;
    private final Line line;
    private final Map<Integer, UdpPort> ports = new HashMap<>();
    private int nextEphemeral = FIRST_EPHEMERAL_PORT;

    Host(VirtualNet net, String name, IpAddress ip, Zone zone, Link link) {
        this.net = net;
        this.name = name;
        this.ip = ip;
        this.line = new Line(net, name, this::onArrival, zone, link);
        zone.join(ip, line);
    }

    public String name() {
        return name;
    }

    public IpAddress ip() {
        return ip;
    }

    Zone zone() {
        return line.zone();
    }

    Topology.HostPlace place() {
        return new Topology.HostPlace(name, zone().name(), ip.toString(), Topology.words(line.link()));
    }

    public boolean isFree(int port) {
        return !ports.containsKey(port);
    }

    /**
     * Opens a UDP port.
     *
     * @param port 1 to 65535, or 0 for the next free one from {@value #FIRST_EPHEMERAL_PORT} on
     * @throws IllegalStateException if the port is in use, or with 0 if all are
     */
    public UdpPort open(int port, DatagramHandler handler) {
        int number = port == 0 ? ephemeral() : port;
        UdpPort opened = new UdpPort(this, TransportAddress.of(ip, number), handler);
        if (ports.putIfAbsent(number, opened) != null) {
            throw new IllegalStateException("UDP port " + number + " of " + name + " is in use");
        }
        return opened;
    }

    private int ephemeral() {
        int count = MAX_PORT - FIRST_EPHEMERAL_PORT + 1;
        for (int i = 0; i < count; i++) {
            int port = nextEphemeral;
            nextEphemeral = port == MAX_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("every ephemeral UDP port of " + name + " is in use");
    }

    void close(UdpPort port) {
        ports.remove(port.address().port(), port);
    }

    void send(TransportAddress from, TransportAddress to, ByteBuffer payload) {
        line.up(net.sent(this, Packet.udp(from, to, payload)));
    }

    private void onArrival(Flight flight, Line at) {
        Packet packet = flight.packet();
        UdpPort port = ports.get(packet.destination().port());
        if (port == null) {
            net.drop(flight, name, "no socket: nobody listens at " + packet.destination());
            return;
        }
        net.delivered(flight, this);
        port.handler().onDatagram(net.nowNanos(), packet.source(), packet.payload());
    }
}
