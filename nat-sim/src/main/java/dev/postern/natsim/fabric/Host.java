package dev.postern.natsim.fabric;

import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A machine with one or more addresses, UDP ports, TCP connections and ICMP. Made by {@link VirtualNet#host}. It may move to
 * another zone while the network runs. It answers echo requests, and datagrams and segments to ports that nobody has open.
 */
public final class Host {

    private static final int IPV6_OVER_IPV4_BYTES = 20;
    private static final int FRAGMENT_HEADER_BYTES = 8;

    private final VirtualNet net;
    private final String name;
    private final List<IpAddress> addresses = new ArrayList<>(1);
    private final Sockets sockets;
    private final List<Runnable> roamListeners = new ArrayList<>(0);
    private Line line;
    /** Null unless the host speaks IPv4 through a NAT64. */
    private @Nullable Clat clat;

    Host(VirtualNet net, String name, IpAddress ip, Zone zone, Link link) {
        this.net = net;
        this.name = name;
        this.sockets = new Sockets(net, this);
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
     * @throws IllegalArgumentException if the host or another member of the zone has it already
     */
    public Host addAddress(IpAddress ip) {
        if (addresses.contains(ip)) {
            throw new IllegalArgumentException(name + " has " + ip + " already");
        }
        join(ip);
        return this;
    }

    /**
     * Lets the host speak IPv4 through a NAT64 from now on, as hosts with CLAT do (RFC 6877), until it roams. The IPv4 address becomes its
     * first; nobody else knows it. What it sends from there leaves from its first IPv6 address, and what comes to that address from behind
     * the prefix is for IPv4.
     *
     * @param ipv4 such as 192.0.0.1, one of those that RFC 7335 sets apart for this
     * @param prefix that of the NAT64
     * @throws IllegalStateException if the host has no IPv6 address
     */
    public Host speakIpv4(IpAddress ipv4, Nat64Prefix prefix) {
        IpAddress ipv6 = addresses.stream()
                .filter(address -> !address.isIpv4())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " has no IPv6 address to speak IPv4 from"));
        clat = new Clat(ipv4, ipv6, prefix);
        addresses.add(0, ipv4);
        return this;
    }

    /**
     * An address as this host must write it: behind a NAT64, an IPv4 address with the prefix before it, unless the host speaks IPv4. It is
     * what DNS64 makes of names (RFC 6147).
     */
    public IpAddress written(IpAddress address) {
        Router router = zone().gatewayRouter();
        Nat64Prefix prefix = router == null ? null : router.nat64Prefix();
        boolean speaks = addresses.stream().anyMatch(own -> own.isIpv4() == address.isIpv4());
        return prefix == null || speaks || !address.isIpv4() ? address : prefix.embed(address);
    }

    /** Whether others can send to this address of the host; not to the one that it has only for itself, see {@link #speakIpv4}. */
    public boolean isKnownOutside(IpAddress address) {
        return clat == null || !clat.ipv4().equals(address);
    }

    /** The line to the zone that the host is in; another one after each {@link #roam}. */
    public Line line() {
        return line;
    }

    Zone zone() {
        return line.zone();
    }

    /** The router that leads out of the zone that the host is in now, for IPv4 where there are two; null if none does. */
    public @Nullable Router router() {
        return zone().gatewayRouter();
    }

    Topology.HostPlace place() {
        String all = addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
        return new Topology.HostPlace(name, zone().name(), all, LineWords.of(line.link()));
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
        net.leaving(this);
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
        clat = null;
        addresses.clear();
        addresses.add(ip);
        line = next;
        sockets.forgetPathMtus();
        List.copyOf(roamListeners).forEach(Runnable::run);
    }

    /** Calls {@code action} after each {@link #roam}, as an operating system tells programs of a change of network. */
    public void onRoam(Runnable action) {
        roamListeners.add(action);
    }

    /** Whether {@link #open(int, DatagramHandler)} could open the port. */
    public boolean isFree(int port) {
        return sockets.udp().isFree(ip(), port);
    }

    /**
     * Opens a UDP port at the first address.
     *
     * @param port 1 to 65535, or 0 for the next free one from {@value UdpPorts#FIRST_EPHEMERAL_PORT} on
     * @throws IllegalStateException if the port is in use, or with 0 if all are
     */
    public UdpPort open(int port, DatagramHandler handler) {
        return sockets.udp().open(ip(), port, handler);
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
        return sockets.udp().open(local, port, handler);
    }

    /**
     * Opens a UDP port at any address that the host has now or later; what it sends has the first address of the
     * destination's IP version as its source.
     *
     * @throws IllegalStateException if the port is in use at any address, or with 0 if all are
     */
    public UdpPort openAny(int port, DatagramHandler handler) {
        return sockets.udp().openAny(port, handler);
    }

    void close(UdpPort port) {
        sockets.udp().close(port);
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

    /**
     * Accepts TCP connections at the first address.
     *
     * @param port 1 to 65535
     * @throws IllegalStateException if somebody listens there already
     */
    public TcpListener listen(int port, TcpAcceptor acceptor) {
        return sockets.tcp().listen(TransportAddress.of(ip(), port), acceptor);
    }

    /**
     * Opens a TCP connection from the first address of the IP version. As with SO_REUSEADDR, one port may be listened at and be
     * that of connections to several addresses: what hole punching takes.
     *
     * @param port 1 to 65535, or 0 for a free one
     * @throws IllegalStateException if there is such a connection already, or {@value TcpStack#MAX_CONNECTIONS} are
     */
    public TcpConnection connect(int port, TransportAddress remote, TcpHandler handler) {
        return sockets.tcp().connect(addressFor(remote.ip()), port, remote, handler);
    }

    /**
     * Sends ICMP echo requests from the first address, all with one identifier.
     *
     * @param identifier 0 to 65535
     * @throws IllegalStateException if it is in use
     */
    public EchoPort openEcho(int identifier, EchoHandler handler) {
        return sockets.echo().open(identifier, handler);
    }

    /** The longest packet that the way to an address takes, as far as this host knows, in bytes. */
    int pathMtu(IpAddress to) {
        int lineMtu = line.mtuUp();
        return Math.min(translates(to) ? lineMtu - IPV6_OVER_IPV4_BYTES : lineMtu, sockets.pathMtu(to));
    }

    /** Offers each packet that arrives from now on to a program first, in place of one that had them before. */
    public void tap(PacketTap tap) {
        sockets.tap(tap);
    }

    /**
     * Sends a packet as it is, as a program with a raw socket does.
     *
     * @return false if it cannot be, because its source is no address of this host, or it is long and must not be cut
     */
    public boolean send(Packet packet) {
        Flight flight = net.sent(this, packet);
        if (!addresses.contains(packet.source().ip())) {
            net.drop(
                    flight,
                    name,
                    "address gone: " + name + " no longer has "
                            + packet.source().ip());
            return false;
        }
        int mtuBytes = pathMtu(packet.destination().ip());
        if (Fragmentation.forbids(packet, mtuBytes, true)) {
            net.drop(
                    flight,
                    name,
                    Errors.tooBig(
                            packet,
                            mtuBytes,
                            "the way to " + packet.destination().ip()));
            return false;
        }
        if (packet.ipBytes() <= mtuBytes
                || (packet.isIpv4() && !translates(packet.destination().ip()))) {
            leave(flight);
        } else {
            int most = packet.isIpv4() ? mtuBytes - FRAGMENT_HEADER_BYTES : mtuBytes;
            Fragmentation.cut(packet, most, flight.number()).forEach(part -> leave(flight.copy(part)));
        }
        return true;
    }

    private boolean translates(IpAddress destination) {
        return clat != null && destination.isIpv4();
    }

    private void leave(Flight flight) {
        Clat own = clat;
        Packet packet = flight.packet();
        if (own == null || !packet.isIpv4()) {
            line.up(flight);
            return;
        }
        Packet translated = own.toIpv6(packet);
        if (translated == null) {
            net.drop(flight, name, "not translatable: a part of a datagram without a checksum, which IPv6 demands");
        } else {
            net.translated(flight, name, translated);
            line.up(flight.translated(translated));
        }
    }

    private void onArrival(Flight flight, Line at) {
        Clat own = clat;
        Packet translated = own == null || !own.takes(flight.packet()) ? null : own.toIpv4(flight.packet());
        if (translated != null) {
            net.translated(flight, name, translated);
            flight.translated(translated);
        }
        sockets.onArrival(flight);
    }
}
