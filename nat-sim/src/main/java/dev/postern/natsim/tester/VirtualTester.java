package dev.postern.natsim.tester;

import dev.postern.natsim.Content;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.fabric.DatagramHandler;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A {@link NatTester} on hosts of a virtual network, in its time: what takes ten minutes is done in milliseconds, and the same seed
 * gives the same report. Belongs to the thread that runs the network.
 */
public final class VirtualTester {

    private final VirtualNet net;
    private final List<Host> hosts;
    private final NatTester tester;
    private final VirtualTcp tcp;
    private final @Nullable VirtualWire wire;
    private final long limitNanos;
    private final @Nullable IpAddress gateway;
    private long armedNanos = Long.MAX_VALUE;

    /** A test from one host of the network. */
    public VirtualTester(VirtualNet net, Host host, TesterConfig config) {
        this(net, List.of(host), config);
    }

    /**
     * A test that has not begun.
     *
     * @param hosts the machines it asks from, at least one, all behind the same NAT
     */
    public VirtualTester(VirtualNet net, List<Host> hosts, TesterConfig config) {
        this(net, hosts, null, List.of(), config);
    }

    /**
     * The same, with the address of the router that they are behind.
     *
     * @param gateway its {@link dev.postern.natsim.fabric.Router#insideAddress}; null for none
     */
    public VirtualTester(VirtualNet net, List<Host> hosts, @Nullable IpAddress gateway, TesterConfig config) {
        this(net, hosts, gateway, List.of(), config);
    }

    /**
     * The same, with the hosts that are the server.
     *
     * @param servers for probes of packets made by hand; none if they must not be touched
     */
    public VirtualTester(
            VirtualNet net, List<Host> hosts, @Nullable IpAddress gateway, List<Host> servers, TesterConfig config) {
        this.gateway = gateway;
        this.net = net;
        this.hosts = List.copyOf(hosts);
        this.limitNanos = config.mostTime().toNanos();
        this.tcp = new VirtualTcp(net, this.hosts, this::arm);
        this.wire = servers.isEmpty() ? null : new VirtualWire(this.hosts, List.copyOf(servers));
        this.tester = new NatTester(config, new Ports(), net.newRandom());
    }

    /** Begins now, and goes on as the network runs. */
    public void start() {
        if (wire != null) {
            wire.tap(tester, this::arm);
        }
        tester.start(net.nowNanos());
        arm();
    }

    /** Begins now and runs the network until the test is done. */
    public NatReport run() {
        long end = net.nowNanos() + limitNanos;
        start();
        while (!tester.isDone() && net.nowNanos() <= end) {
            net.runUntil(Math.min(net.nextEventNanos(), end + 1));
        }
        return tester.report();
    }

    public boolean isDone() {
        return tester.isDone();
    }

    public NatReport report() {
        return tester.report();
    }

    private void arm() {
        long wanted = tester.nextTimeout();
        if (wanted < armedNanos) {
            armedNanos = wanted;
            net.at(wanted, this::onTimer);
        }
    }

    private void onTimer() {
        if (net.nowNanos() >= armedNanos) {
            armedNanos = Long.MAX_VALUE;
            tester.onTimeout(net.nowNanos());
            arm();
        }
    }

    private final class Ports implements ProbeNet {

        @Override
        public int hosts() {
            return hosts.size();
        }

        @Override
        public @Nullable ProbeSocket open(int host, int port) {
            return hosts.get(host).isFree(port) ? new Port(hosts.get(host), port) : null;
        }

        /** The one name that there is: as in every network, with what the network's DNS64 makes of it. */
        @Override
        public List<IpAddress> addressesOf(String name) {
            return name.equals(Nat64.NAME)
                    ? Nat64.KNOWN.stream()
                            .flatMap(ipv4 -> Stream.of(ipv4, hosts.get(0).written(ipv4)))
                            .distinct()
                            .toList()
                    : List.of();
        }

        @Override
        public @Nullable IpAddress gateway() {
            return gateway;
        }

        @Override
        public boolean refusesClosedPorts() {
            return true;
        }

        @Override
        public @Nullable ProbeTcp tcp() {
            return tcp;
        }

        @Override
        public @Nullable ProbeWire wire() {
            return wire;
        }
    }

    private final class Port implements ProbeSocket, DatagramHandler {

        private final UdpPort port;

        Port(Host host, int number) {
            this.port = host.open(number, this);
        }

        @Override
        public void onError(long nowNanos, TransportAddress to, Content.IcmpError error) {
            tester.onIcmpError(nowNanos, this, new IcmpArrival(to, error.reason()));
            arm();
        }

        @Override
        public void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
            tester.onDatagram(nowNanos, this, from, data);
            arm();
        }

        @Override
        public TransportAddress local() {
            return port.address();
        }

        @Override
        public void send(TransportAddress to, ByteBuffer data) {
            port.send(to, data);
        }

        @Override
        public boolean send(TransportAddress to, ByteBuffer data, int ttl) {
            port.send(to, data, IpFields.PLAIN.withTtl(ttl));
            return true;
        }

        @Override
        public boolean sendForError(TransportAddress to, ByteBuffer data) {
            port.send(to, data);
            return true;
        }

        @Override
        public void close() {
            port.close();
        }
    }
}
