package dev.postern.natsim.fabric;

import dev.postern.natsim.Content;
import dev.postern.natsim.IpProtocol;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.Packet;
import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.HttpReader;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a router does with packets for itself at its address inside: answers NAT-PMP, PCP and, over UDP and TCP, UPnP, as its NAT
 * says, and nothing else.
 */
final class RouterServices {

    private static final int MAX_CLIENTS = 1024;

    private final VirtualNet net;
    private final String name;
    private final IpAddress own;
    private final Line inside;
    private final Supplier<NatBox> nat;
    /** Whose packets came from where, to whom what is sent there counts. */
    private final Map<IpAddress, Host> clients = new HashMap<>();

    private @Nullable TcpStack tcp;

    /** Those of a router; {@code nat} is the one that it has when it is asked. */
    RouterServices(VirtualNet net, String name, IpAddress own, Line inside, Supplier<NatBox> nat) {
        this.net = net;
        this.name = name;
        this.own = own;
        this.inside = inside;
        this.nat = nat;
    }

    IpAddress address() {
        return own;
    }

    /** Whether a packet that has come from inside is for the router itself. */
    boolean isFor(Packet packet) {
        IpAddress destination = packet.destination().ip();
        return destination.equals(own) || destination.equals(Ssdp.GROUP.ip());
    }

    void onPacket(Flight flight) {
        Packet packet = flight.packet();
        if (clients.size() < MAX_CLIENTS || clients.containsKey(packet.source().ip())) {
            clients.put(packet.source().ip(), flight.origin());
        }
        boolean whole = packet.ip().fragment() == null;
        if (whole && packet.content() instanceof Content.Tcp segment && tcp() != null) {
            onSegment(flight, segment);
            return;
        }
        ByteBuffer answer = whole && packet.protocol() == IpProtocol.UDP ? answer(packet) : null;
        if (answer == null) {
            net.drop(flight, name, "no socket: " + name + " does not listen at " + packet.destination());
            return;
        }
        net.taken(flight, name);
        TransportAddress from = TransportAddress.of(own, packet.destination().port());
        send(Packet.udp(from, /* destination= */ packet.source(), answer));
    }

    private @Nullable ByteBuffer answer(Packet packet) {
        if (packet.destination().port() == Ssdp.GROUP.port()) {
            return nat.get().found(own, packet.payload());
        }
        boolean toPortControl = packet.destination().equals(TransportAddress.of(own, NatBox.PORT_CONTROL_PORT));
        return toPortControl ? nat.get().answer(packet.source(), packet.payload(), net.nowNanos()) : null;
    }

    private void send(Packet packet) {
        Host client = clients.get(packet.destination().ip());
        if (client != null) {
            inside.up(net.reported(client, name, packet));
        }
    }

    /** Made when it is first needed, so that a router without UPnP draws no random numbers for it; null for such a one. */
    private @Nullable TcpStack tcp() {
        if (tcp == null && nat.get().isIgd()) {
            TcpStack made = new TcpStack(net, name, to -> inside.mtuUp(), this::send);
            made.listen(TransportAddress.of(own, NatBox.IGD_PORT), connection -> new Request(connection));
            tcp = made;
        }
        return tcp;
    }

    private void onSegment(Flight flight, Content.Tcp segment) {
        Packet packet = flight.packet();
        TcpStack stack = tcp();
        if (stack == null) {
            return;
        }
        String refusal = stack.refusal(packet, segment);
        if (refusal != null) {
            net.drop(flight, name, refusal);
            stack.reset(packet.destination(), packet.source(), segment);
            return;
        }
        net.taken(flight, name);
        stack.onSegment(packet, segment);
    }

    /** One HTTP request on a connection of its own. */
    private final class Request implements TcpHandler {

        private final IpAddress client;
        private final HttpReader reader = new HttpReader();
        private boolean answered;

        Request(TcpConnection connection) {
            this.client = connection.remote().ip();
        }

        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            HttpReader.State state = answered ? HttpReader.State.MORE : reader.onData(data);
            if (state == HttpReader.State.MORE) {
                return;
            }
            answered = true;
            HttpMessage request = reader.message();
            HttpMessage answer = request == null
                    ? HttpMessage.response(HttpMessage.BAD_REQUEST, "")
                    : nat.get().answer(client, request, net.nowNanos());
            connection.send(answer.encode());
            connection.close();
        }
    }
}
