package dev.postern.natsim.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Why there was no relay, or what came through it, as the sentence about a pair says it. */
class WhyThroughServerTest {

    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(1);
    private final Host serverHost = net.host("server", net.internet(), IpAddress.parse("203.0.113.10"), Link.PERFECT);
    private final StunTurnHost server = new StunTurnHost(
            net,
            serverHost,
            3478,
            TurnConfig.builder()
                    .listen("udp://203.0.113.10:3478")
                    .realm(ScriptedClient.REALM)
                    .user(ScriptedClient.USER, ScriptedClient.PASSWORD)
                    .allowPeers("198.51.100.77/32")
                    .build());
    private final Zone home = net.zone("home");
    private final Host a = net.host("A", home, IpAddress.parse("10.0.0.2"), Link.PERFECT);
    private final Host b = net.host("B", net.internet(), IpAddress.parse("198.51.100.77"), Link.PERFECT);
    private final Host c = net.host("C", net.internet(), IpAddress.parse("198.51.100.78"), Link.PERFECT);
    private final UdpPort portB = b.open(7000, (now, from, data) -> {});
    private final UdpPort portC = c.open(7000, (now, from, data) -> {});
    private final ScriptedClient client = new ScriptedClient(a, 5000, server.address());

    private void behind(NatBehaviour behaviour) {
        net.nat(
                "nat",
                home,
                net.internet(),
                behaviour.toBuilder()
                        .ports(PortAllocation.SEQUENTIAL)
                        .portRange(61000, 61999)
                        .build(),
                IpAddress.parse("198.51.100.1"),
                Link.PERFECT);
    }

    private void pass() {
        net.runUntil(net.nowNanos() + SECOND);
    }

    private TransportAddress allocated() {
        client.allocateWithoutCredentials();
        pass();
        client.allocate();
        pass();
        return TransportAddress.parse(client.heard.get(client.heard.size() - 1).split(" ", -1)[2]);
    }

    private static ByteBuffer text(String words) {
        return StandardCharsets.US_ASCII.encode(words);
    }

    @Test
    void whatTheRelayCarriedIsCounted() {
        behind(NatBehaviour.symmetric());
        TransportAddress relayed = allocated();
        client.permit(portB.address());
        pass();
        client.indicate(portB.address(), "there");
        portB.send(relayed, text("back"));
        portB.send(TransportAddress.parse("198.51.100.1:61000"), text("past the relay"));
        pass();

        assertThat(net.why(a, b).sentence())
                .isEqualTo(
                        "A (behind symmetric) and B: A sent nothing to B; none of 1 packet from B to A arrived (1 dropped"
                                + " at nat: APDF: 198.51.100.77:7000 never contacted from mapping :61000); and server relayed 1"
                                + " packet to A and 0 to B");
    }

    @Test
    void refusalOfTheServerIsNamedWithItsCode() {
        behind(NatBehaviour.symmetric());
        TransportAddress relayed = allocated();
        client.permit(portC.address());
        pass();
        portC.send(relayed, text("not permitted"));
        pass();

        assertThat(net.why(a, c).sentence())
                .isEqualTo(
                        "A (behind symmetric) and C: A sent nothing to C; C sent nothing to A; and no relay through server,"
                                + " as server answered A's CREATE_PERMISSION with 403 Forbidden, and server sent nothing to C");
    }

    @Test
    void blockedClientNeverReachesTheServer() {
        behind(NatBehaviour.udpBlocked());
        client.allocateWithoutCredentials();
        client.bind();
        portB.send(server.address(), text("hello"));
        pass();

        assertThat(net.why(a, b).sentence())
                .startsWith(
                        "A (behind UDP blocked) and B: A sent nothing to B; B sent nothing to A; and no relay through"
                                + " server, as none of 2 packets from A to server arrived (2 dropped at nat: UDP is blocked:");
    }

    @Test
    void challengeAloneIsNoRelay() {
        behind(NatBehaviour.symmetric());
        client.allocateWithoutCredentials();
        pass();

        assertThat(net.why(a, b).sentence())
                .contains("as server answered A's ALLOCATE with 401 Unauthenticated, and B sent nothing to server");
    }

    @Test
    void hostsThatSendNothingAreToldSo() {
        behind(NatBehaviour.symmetric());

        assertThat(net.why(a, b).sentence())
                .isEqualTo(
                        "A (behind symmetric) and B: A sent nothing to B; B sent nothing to A; and no relay, as neither"
                                + " sent anything to a server");
    }
}
