package dev.postern.natsim.server;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.core.AllocationChange;
import dev.postern.turn.core.RelaySocket;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.core.TurnEngine;
import dev.postern.turn.core.TurnOutput;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A STUN and TURN server on a virtual host: the engines that Postern's servers are made of, driven by the virtual network
 * instead of sockets. One UDP port answers both, and a TCP port if it is asked to; each relay is a port of the host. Belongs to
 * the thread that runs the network.
 */
public final class StunTurnHost {

    /** The wall clock of the server at time 0 of the network, so that runs are the same at any date. */
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualNet net;
    private final Host host;
    private final SharedState shared;
    private final UdpPort port;
    private final StreamClients streams = new StreamClients(new StreamSide());
    private final TurnEngine turn;
    private final BindingEngine binding;
    private final StunMessage message = new StunMessage();
    private final Map<BindingOutput.Event, Long> bindingEvents = new EnumMap<>(BindingOutput.Event.class);
    private long armedNanos = Long.MAX_VALUE;

    /**
     * Opens the port and serves from now on.
     *
     * @param config who may use the relay and which peers it may reach; its addresses and ports to listen on are not used
     * @throws IllegalStateException if the port is in use
     */
    public StunTurnHost(VirtualNet net, Host host, int listenPort, TurnConfig config) {
        this.net = net;
        this.host = host;
        this.shared =
                new SharedState(config, List.of(host.ip()), () -> START.plusNanos(net.nowNanos()), net.newRandom());
        this.turn = new TurnEngine(shared, new TurnSide());
        this.binding = new BindingEngine(new BindingSide(), null, config.software());
        this.port = host.open(listenPort, this::onDatagram);
        shared.listensAt(List.of(port.address()));
    }

    /**
     * Serves clients over TCP too from now on, and answers where.
     *
     * @throws IllegalStateException if somebody listens at the port
     */
    public TransportAddress listenTcp(int listenPort) {
        TransportAddress address = host.listen(listenPort, streams::accept).address();
        shared.listensAt(List.of(port.address(), address));
        return address;
    }

    /** Where clients reach it over UDP. */
    public TransportAddress address() {
        return port.address();
    }

    /** How often the relay did something, or what it holds now. */
    public long count(TurnCounter counter) {
        return turn.count(counter);
    }

    /** How often a Binding message had this end. */
    public long count(BindingOutput.Event event) {
        return bindingEvents.getOrDefault(event, 0L);
    }

    private void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
        onMessage(nowNanos, new FiveTuple(TransportProtocol.UDP, from, port.address()), data);
    }

    private void onMessage(long nowNanos, FiveTuple path, ByteBuffer data) {
        if (message.decode(data) == DecodeResult.OK && message.method() == Method.BINDING) {
            binding.onMessage(nowNanos, path, message);
        } else {
            turn.onClientData(nowNanos, path, data);
            arm();
        }
    }

    private void onTimer() {
        if (net.nowNanos() >= armedNanos) {
            armedNanos = Long.MAX_VALUE;
            turn.onTimeout(net.nowNanos());
            arm();
        }
    }

    /** Asks the network for a call when the engine wants one; an earlier wish replaces a later one. */
    private void arm() {
        long wanted = turn.nextTimeout();
        if (wanted < armedNanos) {
            armedNanos = wanted;
            net.at(wanted, this::onTimer);
        }
    }

    private void send(FiveTuple path, ByteBuffer response) {
        if (path.protocol() == TransportProtocol.UDP) {
            port.send(path.client(), response);
        } else {
            streams.send(path, response);
        }
    }

    private final class StreamSide implements StreamClients.Input {

        @Override
        public void onMessage(FiveTuple path, ByteBuffer data) {
            StunTurnHost.this.onMessage(net.nowNanos(), path, data);
        }

        @Override
        public void onClosed(FiveTuple path) {
            turn.onStreamClosed(net.nowNanos(), path);
            arm();
        }
    }

    private final class TurnSide implements TurnOutput {

        @Override
        public void toClient(FiveTuple path, ByteBuffer message) {
            send(path, message);
        }

        @Override
        public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
            if (socket.attachment() instanceof UdpPort relay) {
                relay.send(peer, payload);
            }
        }

        @Override
        public void openRelay(RelaySocket socket, TransportAddress bind) {
            net.at(net.nowNanos(), () -> open(socket, bind));
        }

        @Override
        public void closeRelay(RelaySocket socket) {
            if (socket.attachment() instanceof UdpPort relay) {
                relay.close();
            }
        }

        @Override
        public void handOver(int shard, FiveTuple path, ByteBuffer message) {
            throw new IllegalStateException("there is one engine");
        }

        @Override
        public void handOverClose(int shard, FiveTuple path) {
            throw new IllegalStateException("there is one engine");
        }

        @Override
        public void allocationChanged(AllocationChange change) {}
    }

    private void open(RelaySocket socket, TransportAddress bind) {
        if (host.isFree(bind.port())) {
            UdpPort relay = host.open(bind.port(), (now, peer, data) -> {
                turn.onRelayData(now, socket, peer, data);
                arm();
            });
            socket.attach(relay);
            turn.onRelayOpened(net.nowNanos(), socket, relay.address());
        } else {
            turn.onRelayFailed(net.nowNanos(), socket);
        }
        arm();
    }

    private final class BindingSide implements BindingOutput {

        @Override
        public void reply(FiveTuple path, ByteBuffer response) {
            send(path, response);
        }

        @Override
        public void count(Event event) {
            bindingEvents.merge(event, 1L, Long::sum);
        }

        /** Only what was decoded is given to the engine. */
        @Override
        public void malformed(DecodeResult reason) {}
    }
}
