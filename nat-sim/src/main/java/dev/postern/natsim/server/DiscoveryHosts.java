package dev.postern.natsim.server;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.DiscoveryAddresses;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server for NAT behaviour discovery (RFC 5780) on two virtual hosts, which stand for the two addresses of one machine: the engine
 * of Postern's STUN server with its four sockets, and plain Binding over TCP where it is asked for. Belongs to the thread that runs the network.
 */
public final class DiscoveryHosts {

    private final BindingEngine engine;
    private final Map<TransportAddress, UdpPort> ports = new HashMap<>();
    private final BindingStreams streams;
    private final List<Host> hosts;
    private final int alternatePort;
    private final Map<BindingOutput.Event, Long> events = new EnumMap<>(BindingOutput.Event.class);
    private final TransportAddress primary;

    /**
     * Opens the four ports and serves from now on.
     *
     * @throws IllegalStateException if a port is in use
     */
    public DiscoveryHosts(Host primary, Host alternate, int port, int alternatePort) {
        this.primary = TransportAddress.of(primary.ip(), port);
        DiscoveryAddresses addresses =
                new DiscoveryAddresses(this.primary, TransportAddress.of(alternate.ip(), alternatePort));
        this.engine = new BindingEngine(new Side(), null, null, List.of(addresses));
        this.streams = new BindingStreams((path, frame) -> engine.onPacket(0, path, frame));
        this.hosts = List.of(primary, alternate);
        this.alternatePort = alternatePort;
        for (Host host : hosts) {
            open(host, port);
            open(host, alternatePort);
        }
    }

    /**
     * Also answers plain Binding requests at another UDP port, as a server that listens at several does.
     *
     * @throws IllegalStateException if the port is in use
     */
    public void listen(Host host, int port) {
        open(host, port);
    }

    /**
     * Answers Binding over TCP, too, at the four addresses and at other ports of the first.
     *
     * @throws IllegalStateException if a port is in use
     */
    public void overTcp(int... others) {
        for (Host host : hosts) {
            streams.listen(host, primary.port());
            streams.listen(host, alternatePort);
        }
        for (int number : others) {
            streams.listen(hosts.get(0), number);
        }
    }

    private void open(Host host, int number) {
        TransportAddress here = TransportAddress.of(host.ip(), number);
        ports.put(
                here,
                host.open(
                        number,
                        (now, from, data) ->
                                engine.onPacket(now, new FiveTuple(TransportProtocol.UDP, from, here), data)));
    }

    /** Where clients ask first. */
    public TransportAddress address() {
        return primary;
    }

    /** How often a Binding message had this end. */
    public long count(BindingOutput.Event event) {
        return events.getOrDefault(event, 0L);
    }

    private final class Side implements BindingOutput {

        @Override
        public void reply(FiveTuple path, ByteBuffer response) {
            UdpPort port = ports.get(path.server());
            if (path.protocol().isStream()) {
                streams.reply(path, response);
            } else if (port != null) {
                port.send(path.client(), response);
            }
        }

        @Override
        public void count(Event event) {
            events.merge(event, 1L, Long::sum);
        }

        @Override
        public void malformed(DecodeResult reason) {}
    }
}
