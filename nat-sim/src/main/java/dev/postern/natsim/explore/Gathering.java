package dev.postern.natsim.explore;

import dev.postern.natsim.explore.Candidate.Kind;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.oracle.Oracle.Turn;
import dev.postern.natsim.server.StreamFrames;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an agent of the model comes by its candidates (RFC 8445 section 5.1.1): its own address, what a STUN server sees, and one
 * relayed address. Where there is TURN over TCP and UDP has had no answer for {@value #TCP_AFTER_MILLIS} ms, it asks over TCP
 * for the relayed address, and is done when it has that; it gives up TCP after {@value #TCP_GIVE_UP_MILLIS} ms more.
 */
final class Gathering {

    private static final long MILLI = 1_000_000;
    /** Longer than the longest round trip of a {@link Trial}. */
    private static final int TCP_AFTER_MILLIS = 750;

    private static final int TCP_GIVE_UP_MILLIS = 5000;

    /** How the agent comes by its relayed address. */
    private enum Way {
        OPEN,
        UDP,
        TCP
    }

    private final VirtualNet net;
    private final Host host;
    private final UdpPort port;
    private final ModelServer server;
    private final Turn turn;
    private final Consumer<ByteBuffer> onServerMessage;
    private final TurnClient udp;
    private final StreamFrames frames = new StreamFrames();
    private final List<Candidate> local = new ArrayList<>();
    private @Nullable TurnClient tcp;
    private @Nullable TurnClient relay;
    private @Nullable Runnable done;
    private Way way = Way.OPEN;

    /** With the agent's socket, and who hears what the server sends over TCP. */
    Gathering(
            VirtualNet net,
            Host host,
            UdpPort port,
            ModelServer server,
            Turn turn,
            Consumer<ByteBuffer> onServerMessage) {
        this.net = net;
        this.host = host;
        this.port = port;
        this.server = server;
        this.turn = turn;
        this.onServerMessage = onServerMessage;
        this.udp = TurnClient.overUdp(net, port, server);
    }

    /** Begins, and says so when it is over. */
    void begin(Runnable whenDone) {
        done = whenDone;
        local.add(new Candidate(Kind.HOST, port.address()));
        udp.bind(this::onMapped);
        TransportAddress tcpAddress = server.tcp();
        if (turn == Turn.UDP_AND_TCP && tcpAddress != null) {
            net.at(net.nowNanos() + TCP_AFTER_MILLIS * MILLI, () -> connect(tcpAddress));
        }
    }

    List<Candidate> candidates() {
        return List.copyOf(local);
    }

    /** Who relays for this agent; null if nobody does. */
    @Nullable
    TurnClient relay() {
        return relay;
    }

    /** Takes a response of the server to a request of this agent; false for any other message. */
    boolean onMessage(StunMessage message) {
        return udp.onMessage(message) || (tcp != null && tcp.onMessage(message));
    }

    private void onMapped(@Nullable TransportAddress mapped) {
        if (mapped != null && done != null && !mapped.equals(port.address())) {
            local.add(new Candidate(Kind.SERVER_REFLEXIVE, mapped));
        }
        if (way != Way.OPEN) {
            return;
        }
        way = Way.UDP;
        if (mapped == null || turn == Turn.NONE) {
            finish();
        } else {
            udp.allocate(relayed -> onRelayed(udp, relayed));
        }
    }

    private void onRelayed(TurnClient client, @Nullable TransportAddress relayed) {
        if (relayed != null && done != null) {
            local.add(new Candidate(Kind.RELAYED, relayed));
            relay = client;
        }
        finish();
    }

    private void connect(TransportAddress address) {
        if (way != Way.OPEN) {
            return;
        }
        way = Way.TCP;
        host.connect(0, address, new Connection());
        net.at(net.nowNanos() + TCP_GIVE_UP_MILLIS * MILLI, this::finish);
    }

    private final class Connection implements TcpHandler {

        @Override
        public void onConnected(TcpConnection connection) {
            TurnClient client = TurnClient.overTcp(net, connection, server);
            tcp = client;
            client.allocate(relayed -> onRelayed(client, relayed));
        }

        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            frames.take(data).forEach(onServerMessage);
        }

        @Override
        public void onClosed(TcpConnection connection, TcpEnd end) {
            finish();
        }
    }

    private void finish() {
        Runnable once = done;
        done = null;
        if (once != null) {
            once.run();
        }
    }
}
