package dev.postern.natsim.fabric;

import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine with one or more addresses and UDP ports. Made by {@link VirtualNet#host}. It may move to another zone while the
 * network runs.
 */
public final class Host {

    private final VirtualNet net;
    private final String name;
    private final List<IpAddress> addresses = new ArrayList<>(1);
    private final UdpPorts ports;
    private final List<Runnable> roamListeners = new ArrayList<>(0);
    private Line line;

    Host(VirtualNet net, String name, IpAddress ip, Zone zone, Link link) {
        this.net = net;
        this.name = name;
        this.ports = new UdpPorts(this);
        this.line = new Line(net, name, this::onArrival, zone, link);
        join(ip);
    }

    private void join(IpAddress ip) {
        line.zone().join(ip, line);
        addresses.add(ip);
    }

    public String name() {
        return name;
    }

    /** The first of its addresses. */
    public IpAddress ip() {
        return addresses.get(0);
    }

    /** All addresses that it has now. */
    public List<IpAddress> addresses() {
        return List.copyOf(addresses);
    }

    /**
     * Gives the host one address more in the zone that it is in.
     *
     * @throws IllegalArgumentException if the zone has it already
     */
    public Host addAddress(IpAddress ip) {
        join(ip);
        return this;
    }

    /** The line to the zone that the host is in; another one after each {@link #roam}. */
    public Line line() {
        return line;
    }

    Zone zone() {
        return line.zone();
    }

    Topology.HostPlace place() {
        return new Topology.HostPlace(name, zone().name(), ip().toString(), Topology.words(line.link()));
    }

    /**
     * Leaves the zone and joins a zone, the same or another, with one address there, as a telephone does that changes from
     * Wi-Fi to the mobile network. What is on the old line is lost. Sockets live on as they do on a Linux host: one bound to an
     * address that is gone can no longer send and hears nothing, until the host has the address again; one that is open on
     * any address goes on with the new one.
     *
     * @throws IllegalArgumentException if the zone has the address already; the host is then where it was
     */
    public void roam(Zone to, IpAddress ip, Link link) {
        Line next = new Line(net, name, this::onArrival, to, link);
        boolean stays = to == zone() && addresses.contains(ip);
        if (!stays) {
            to.join(ip, next);
        }
        line.disconnect();
        for (IpAddress left : addresses) {
            line.zone().leave(left, line);
        }
        if (stays) {
            to.join(ip, next);
        }
        addresses.clear();
        addresses.add(ip);
        line = next;
        List.copyOf(roamListeners).forEach(Runnable::run);
    }

    /** Calls {@code action} after each {@link #roam}, as an operating system tells programs of a change of network. */
    public void onRoam(Runnable action) {
        roamListeners.add(action);
    }

    /** Whether {@link #open(int, DatagramHandler)} could open the port. */
    public boolean isFree(int port) {
        return ports.isFree(ip(), port);
    }

    /**
     * Opens a UDP port at the first address.
     *
     * @param port 1 to 65535, or 0 for the next free one from {@value UdpPorts#FIRST_EPHEMERAL_PORT} on
     * @throws IllegalStateException if the port is in use, or with 0 if all are
     */
    public UdpPort open(int port, DatagramHandler handler) {
        return ports.open(ip(), port, handler);
    }

    /**
     * Opens a UDP port at one of the addresses.
     *
     * @throws IllegalArgumentException if the host does not have it
     * @throws IllegalStateException if the port is in use, or with 0 if all are
     */
    public UdpPort open(IpAddress local, int port, DatagramHandler handler) {
        if (!addresses.contains(local)) {
            throw new IllegalArgumentException(name + " does not have " + local);
        }
        return ports.open(local, port, handler);
    }

    /**
     * Opens a UDP port at any address that the host has now or later; what it sends has the first address of the
     * destination's IP version as its source.
     *
     * @throws IllegalStateException if the port is in use at any address, or with 0 if all are
     */
    public UdpPort openAny(int port, DatagramHandler handler) {
        return ports.openAny(port, handler);
    }

    void close(UdpPort port) {
        ports.close(port);
    }

    /** The first address of the version; the first of all if there is none. */
    IpAddress addressFor(IpAddress destination) {
        for (IpAddress address : addresses) {
            if (address.isIpv4() == destination.isIpv4()) {
                return address;
            }
        }
        return ip();
    }

    /** Sends a datagram, unless the source is not an address of this host: false. */
    boolean send(TransportAddress from, TransportAddress to, ByteBuffer payload) {
        Packet packet = Packet.udp(from, to, payload);
        if (!addresses.contains(from.ip())) {
            net.drop(net.sent(this, packet), name, "address gone: " + name + " no longer has " + from.ip());
            return false;
        }
        line.up(net.sent(this, packet));
        return true;
    }

    private void onArrival(Flight flight, Line at) {
        Packet packet = flight.packet();
        UdpPort port = ports.at(packet.destination());
        if (port == null) {
            net.drop(flight, name, "no socket: nobody listens at " + packet.destination());
            return;
        }
        net.delivered(flight, this);
        port.handler().onDatagram(net.nowNanos(), packet.source(), packet.payload());
    }
}
