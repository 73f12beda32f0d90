package dev.postern.natsim.tester;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.natsim.portmap.Ssdp;
import dev.postern.natsim.server.DiscoveryHosts;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A home behind a port-restricted NAT with the address 198.51.100.1, and in it a machine at the router's address that speaks UPnP as a test says. */
final class ScriptedRouter {

    private static final IpAddress GATEWAY = IpAddress.parse("10.0.0.1");
    private static final IpAddress VICTIM = IpAddress.parse("10.0.0.66");
    private static final int[] HTTP_PORTS = {80, 5000};
    private static final long SLOWLY_NANOS = 200_000_000;

    private final VirtualNet net = new VirtualNet(1, 0);
    private final UnaryOperator<String> answers;
    private final boolean slow;
    private final Host client;
    private final List<TransportAddress> atVictim = new ArrayList<>();

    /**
     * A home where the client is 10.0.0.2.
     *
     * @param location where the router says that its description is
     * @param answers all that it sends over TCP to a request, which begins with the method
     * @param slow whether it sends one byte at a time
     */
    ScriptedRouter(String location, UnaryOperator<String> answers, boolean slow) {
        this.answers = answers;
        this.slow = slow;
        Host primary = net.host("server", net.internet(), TesterScene.P1.ip(), Link.PERFECT);
        Host alternate = net.host("other", net.internet(), TesterScene.A2, Link.PERFECT);
        new DiscoveryHosts(primary, alternate, TesterScene.P1.port(), TesterScene.PORT_2);
        Zone home = net.zone("home");
        IpAddress external = IpAddress.parse("198.51.100.1");
        net.nat("nat", home, net.internet(), NatBehaviour.portRestricted(), external, Link.PERFECT);
        client = net.host("client", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
        Host victim = net.host("victim", home, VICTIM, Link.PERFECT);
        for (int port : HTTP_PORTS) {
            victim.listen(port, connection -> {
                atVictim.add(connection.remote());
                return (from, data) -> {};
            });
        }
        Host gateway = net.host("router", home, GATEWAY, Link.PERFECT);
        UdpPort[] search = new UdpPort[1];
        search[0] = gateway.open(
                Ssdp.GROUP.port(),
                (now, from, data) -> search[0].send(from, Ssdp.found(location, Ssdp.GATEWAYS.get(0), "u")));
        gateway.listen(HTTP_PORTS[1], connection -> new Answering());
    }

    NatReport test() {
        TesterConfig config = TesterConfig.of(TesterScene.P1).withoutLifetimes().withMapPort();
        return new VirtualTester(net, List.of(client), GATEWAY, config).run();
    }

    /** Who has come to another machine of the home, 10.0.0.66, over TCP. */
    List<TransportAddress> atVictim() {
        return atVictim;
    }

    private final class Answering implements TcpHandler {

        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            String text = StandardCharsets.ISO_8859_1.decode(data).toString();
            if (!text.startsWith("GET ") && !text.startsWith("POST ")) {
                return; // the rest of a request
            }
            byte[] bytes = answers.apply(text).getBytes(StandardCharsets.UTF_8);
            if (slow) {
                drip(connection, bytes, 0);
            } else {
                pour(connection, ByteBuffer.wrap(bytes));
            }
        }

        /** As fast as the connection takes it. */
        private void pour(TcpConnection connection, ByteBuffer bytes) {
            bytes.position(bytes.position() + connection.send(bytes));
            if (bytes.hasRemaining() && connection.isOpen()) {
                net.at(net.nowNanos() + SLOWLY_NANOS, () -> pour(connection, bytes));
            }
        }

        private void drip(TcpConnection connection, byte[] bytes, int at) {
            if (at < bytes.length && connection.isOpen()) {
                connection.send(ByteBuffer.wrap(bytes, at, 1));
                net.at(net.nowNanos() + SLOWLY_NANOS, () -> drip(connection, bytes, at + 1));
            }
        }
    }
}
