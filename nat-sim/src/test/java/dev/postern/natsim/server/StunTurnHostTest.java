package dev.postern.natsim.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.PortAllocation;
import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.LinkConditions;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our engines on a virtual host, asked by a client behind a symmetric NAT. */
class StunTurnHostTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    /** One network with a server, a client behind a NAT, and a peer on the internet. */
    private static final class Scene {
        final VirtualNet net;
        final StunTurnHost server;
        final ScriptedClient client;
        final UdpPort peer;
        final Host serverHost;
        final List<String> peerHeard = new ArrayList<>();

        Scene(long seed, Link link) {
            net = new VirtualNet(seed);
            serverHost = net.host("server", net.internet(), ip("203.0.113.10"), Link.PERFECT);
            server = new StunTurnHost(
                    net,
                    serverHost,
                    3478,
                    TurnConfig.builder()
                            .listen("udp://203.0.113.10:3478")
                            .realm(ScriptedClient.REALM)
                            .user(ScriptedClient.USER, ScriptedClient.PASSWORD)
                            .allowPeers("198.51.100.0/24")
                            .build());
            Zone home = net.zone("home");
            NatBehaviour nat = NatBehaviour.symmetric().toBuilder()
                    .ports(PortAllocation.SEQUENTIAL)
                    .portRange(61000, 61999)
                    .build();
            net.nat("nat", home, net.internet(), nat, ip("198.51.100.1"), link);
            client = new ScriptedClient(net.host("client", home, ip("10.0.0.2"), Link.PERFECT), 5000, server.address());
            peer = net.host("peer", net.internet(), ip("198.51.100.77"), Link.PERFECT)
                    .open(
                            7000,
                            (now, from, data) ->
                                    peerHeard.add(from.ip() + " " + StandardCharsets.US_ASCII.decode(data)));
        }

        void pass(long nanos) {
            net.runUntil(net.nowNanos() + nanos);
        }

        /** The client's relayed transport address, after an allocation that was challenged first. */
        TransportAddress allocated() {
            client.allocateWithoutCredentials();
            pass(SECOND);
            client.allocate();
            pass(SECOND);
            String last = client.heard.get(client.heard.size() - 1);
            assertThat(last).startsWith("SUCCESS_RESPONSE ALLOCATE ");
            return TransportAddress.parse(last.split(" ")[2]);
        }
    }

    private final Scene scene = new Scene(1, Link.latency(Duration.ofMillis(10)));

    @Test
    void bindingThroughANatTellsTheExternalAddress() {
        scene.client.bind();
        scene.pass(20 * MILLI);

        assertThat(scene.client.heard).containsExactly("SUCCESS_RESPONSE BINDING 198.51.100.1:61000");
        assertThat(scene.server.count(BindingOutput.Event.SUCCEEDED)).isOne();
    }

    @Test
    void allocateIsChallengedAndThenGivesAPortOfTheServer() {
        TransportAddress relayed = scene.allocated();

        assertThat(scene.client.heard)
                .containsExactly(
                        "ERROR_RESPONSE ALLOCATE 401", "SUCCESS_RESPONSE ALLOCATE " + relayed + " 198.51.100.1:61000");
        assertThat(relayed.ip()).isEqualTo(ip("203.0.113.10"));
        assertThat(scene.serverHost.isFree(relayed.port())).isFalse();
        assertThat(scene.server.count(TurnCounter.ALLOCATIONS_ACTIVE)).isOne();
    }

    @Test
    void dataIsRelayedInBothDirectionsToAPermittedPeerAlone() {
        TransportAddress relayed = scene.allocated();
        scene.peer.send(relayed, StandardCharsets.US_ASCII.encode("too early"));
        scene.client.permit(scene.peer.address());
        scene.pass(SECOND);
        scene.client.indicate(scene.peer.address(), "to the peer");
        scene.pass(SECOND);
        scene.peer.send(relayed, StandardCharsets.US_ASCII.encode("to the client"));
        scene.pass(SECOND);

        assertThat(scene.peerHeard).containsExactly("203.0.113.10 to the peer");
        assertThat(scene.client.heard)
                .endsWith("SUCCESS_RESPONSE CREATE_PERMISSION", "INDICATION DATA 198.51.100.77:7000 to the client");
        assertThat(scene.server.count(TurnCounter.DROPPED_FROM_PEER_NO_PERMISSION))
                .isOne();
    }

    @Test
    void peerThatTheRelayForbidsIsRefused() {
        scene.allocated();
        scene.client.permit(TransportAddress.parse("10.0.0.2:5000"));
        scene.pass(SECOND);

        assertThat(scene.client.heard).endsWith("ERROR_RESPONSE CREATE_PERMISSION 403");
    }

    @Test
    void allocationEndsInVirtualTimeAndItsPortIsFree() {
        scene.client.allocateWithoutCredentials();
        scene.pass(SECOND);
        scene.client.allocate();
        scene.pass(20 * MILLI);
        long answeredNanos = scene.net.nowNanos() - 10 * MILLI;
        int port =
                TransportAddress.parse(scene.client.heard.get(1).split(" ")[2]).port();

        scene.net.runUntil(answeredNanos + 600 * SECOND - MILLI);
        assertThat(scene.server.count(TurnCounter.ALLOCATIONS_ACTIVE)).isOne();
        assertThat(scene.serverHost.isFree(port)).isFalse();
        scene.net.runUntil(answeredNanos + 600 * SECOND + MILLI);
        assertThat(scene.server.count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
        assertThat(scene.serverHost.isFree(port)).isTrue();
    }

    @Test
    void garbageIsCountedAndNotAnswered() {
        scene.client.send(ByteBuffer.allocate(0));
        scene.client.send(ByteBuffer.wrap(new byte[] {0, 1, 2}));
        scene.client.send(ByteBuffer.wrap(new byte[] {(byte) 0xFF, 1, 2}));
        scene.client.send(ByteBuffer.wrap(new byte[] {0x40, 0, 0, 99}));
        scene.pass(SECOND);

        assertThat(scene.client.heard).isEmpty();
        assertThat(scene.server.count(TurnCounter.DROPPED_MALFORMED)).isOne();
        assertThat(scene.server.count(TurnCounter.DROPPED_NOT_TURN)).isEqualTo(2);
        assertThat(scene.server.count(TurnCounter.DROPPED_BAD_CHANNEL_DATA)).isOne();
    }

    /** Keys, nonces, relay ports, tokens and clocks of the engines all come from the seed and the virtual time. */
    @Test
    void sameSeedGivesTheSameTraceThroughOurEngines() {
        String first = relayedOverRoughLines(5);
        assertThat(first).contains("ARRIVED peer").contains("lost: ");

        for (int i = 0; i < 100; i++) {
            assertThat(relayedOverRoughLines(5)).isEqualTo(first);
        }
        assertThat(relayedOverRoughLines(6)).isNotEqualTo(first);
    }

    private static String relayedOverRoughLines(long seed) {
        LinkConditions rough = LinkConditions.latency(Duration.ofMillis(10))
                .withJitter(Duration.ofMillis(20))
                .withLoss(0.1);
        Scene scene = new Scene(seed, new Link(rough, rough));
        for (int i = 0; i < 30; i++) {
            int step = i;
            scene.net.at(i * (SECOND / 10), () -> {
                switch (step % 5) {
                    case 0 -> scene.client.bind();
                    case 1 -> scene.client.allocateWithoutCredentials();
                    case 2 -> scene.client.allocate();
                    case 3 -> scene.client.permit(scene.peer.address());
                    default -> scene.client.indicate(scene.peer.address(), "packet " + step);
                }
            });
        }
        scene.net.runUntil(700 * SECOND);
        return scene.net.trace().toString();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
