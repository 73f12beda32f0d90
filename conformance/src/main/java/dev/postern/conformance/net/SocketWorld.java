package dev.postern.conformance.net;

import dev.postern.conformance.ByteStream;
import dev.postern.conformance.Given;
import dev.postern.conformance.IpFamily;
import dev.postern.conformance.ListeningPeer;
import dev.postern.conformance.PeerWire;
import dev.postern.conformance.Target;
import dev.postern.conformance.Wire;
import dev.postern.conformance.World;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A server behind sockets: clients and peers are sockets of this machine, and time is real. */
public final class SocketWorld implements World {

    private static final int ATTEMPTS = 4;

    private final Target target;
    private final List<Runnable> opened = new ArrayList<>();

    public SocketWorld(Target target) {
        this.target = target;
    }

    @Override
    public Given given() {
        return target.given();
    }

    @Override
    public boolean speaks(TransportProtocol protocol) {
        return target.protocols().contains(protocol);
    }

    @Override
    public Wire connect(TransportProtocol protocol, IpFamily wanted) {
        IpFamily family = target.hasIpv4() ? wanted : IpFamily.IPV6;
        TransportAddress server = target.address(protocol, family);
        if (server == null) {
            throw new UncheckedIOException(
                    new IOException("no address of the server is known for " + protocol + " and " + family));
        }
        Wire wire = open(protocol, server);
        opened.add(wire::close);
        return wire;
    }

    private Wire open(TransportProtocol protocol, TransportAddress server) {
        try {
            return protocol.isStream()
                    ? StreamWire.open(protocol, server, target.name())
                    : new UdpWire(server, localAddressTowards(server));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ByteStream bareTls() {
        TransportAddress server =
                target.address(TransportProtocol.TLS, target.hasIpv4() ? IpFamily.IPV4 : IpFamily.IPV6);
        if (server == null) {
            throw new UncheckedIOException(new IOException("no address of the server is known for TLS"));
        }
        try {
            Wire wire = StreamWire.open(TransportProtocol.TCP, server, target.name());
            opened.add(wire::close);
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address that the kernel would send from. */
    private static InetAddress localAddressTowards(TransportAddress server) throws IOException {
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(server.toSocketAddress());
            return probe.getLocalAddress();
        }
    }

    /** Whether no NAT can be between this machine and the server. */
    static boolean isNear(InetAddress local, TransportAddress server) {
        return server.ip().toInetAddress().isLoopbackAddress()
                || IpAddress.of(local).equals(server.ip());
    }

    @Override
    public PeerWire peer(IpFamily family, int place) {
        try {
            UdpPeer peer = new UdpPeer(peerAddress(family, place).toInetAddress());
            opened.add(peer::close);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ListeningPeer listeningPeer(IpFamily family) {
        try {
            TcpPeer peer = new TcpPeer(peerAddress(family, 0).toInetAddress());
            opened.add(peer::closeAll);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IpAddress peerAddress(IpFamily family, int place) {
        IpAddress address = target.peer(family, place);
        if (address == null) {
            throw new UncheckedIOException(new IOException("no peer address is given for " + family));
        }
        return address;
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public Duration retransmitAfter() {
        return target.retransmitAfter();
    }

    @Override
    public int attempts() {
        return ATTEMPTS;
    }

    @Override
    public Duration quiet() {
        return target.quiet();
    }

    @Override
    public void close() {
        opened.forEach(Runnable::run);
        opened.clear();
    }

    /** What a socket's timeout takes: milliseconds, and never 0, which would be for ever. */
    static int millis(long nanos) {
        return (int) Math.max(1, nanos / 1_000_000);
    }
}
