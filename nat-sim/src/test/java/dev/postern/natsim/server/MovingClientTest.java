package dev.postern.natsim.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.Link;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.natsim.fabric.VirtualNet;
import dev.postern.natsim.fabric.Zone;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.Mobility;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A phone that leaves the Wi-Fi behind one NAT for a mobile network behind another, and does not hang up (RFC 8016). */
class MovingClientTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final int PACKETS = 300;
    private static final Link LINE = Link.latency(Duration.ofMillis(20));

    private final VirtualNet net = new VirtualNet(1);
    private final StunTurnHost server = new StunTurnHost(
            net,
            net.host("server", net.internet(), ip("203.0.113.10"), Link.PERFECT),
            3478,
            TurnConfig.builder()
                    .listen("udp://203.0.113.10:3478")
                    .realm(ScriptedClient.REALM)
                    .user(ScriptedClient.USER, ScriptedClient.PASSWORD)
                    .allowPeers("198.51.100.0/24")
                    .mobility(Mobility.ON)
                    .build());
    private final List<String> peerHeard = new ArrayList<>();
    private final UdpPort peer = net.host("peer", net.internet(), ip("198.51.100.77"), Link.PERFECT)
            .open(7000, (now, from, data) -> peerHeard.add(from + " " + StandardCharsets.US_ASCII.decode(data)));
    private final ScriptedClient wifi = behind("wifi", NatBehaviour.symmetric(), "198.51.100.1");
    private final ScriptedClient mobile = behind("mobile", NatBehaviour.portRestricted(), "198.51.100.2");

    private ScriptedClient behind(String name, NatBehaviour nat, String external) {
        Zone zone = net.zone(name);
        net.nat("nat of " + name, zone, net.internet(), nat, ip(external), LINE);
        return new ScriptedClient(net.host(name + " side", zone, ip("10.0.0.2"), Link.PERFECT), 5000, server.address());
    }

    private void pass(long nanos) {
        net.runUntil(net.nowNanos() + nanos);
    }

    private TransportAddress allocated() {
        wifi.allocateWithoutCredentials();
        pass(SECOND);
        wifi.allocateToMove();
        pass(SECOND);
        wifi.permit(peer.address());
        pass(SECOND);
        String answer = wifi.heard.stream()
                .filter(line -> line.startsWith("SUCCESS_RESPONSE ALLOCATE "))
                .findFirst()
                .orElseThrow();
        return TransportAddress.parse(answer.split(" ")[2]);
    }

    @Test
    void callLosesNothingWhileThePhoneMovesBehindAnotherNat() {
        TransportAddress relayed = allocated();
        mobile.allocateWithoutCredentials(); // for its nonce
        pass(SECOND);
        long begin = net.nowNanos();
        for (int i = 0; i < PACKETS; i++) {
            int number = i;
            boolean onWifi = i < 150;
            net.at(begin + i * 20L * MILLI, () -> {
                peer.send(relayed, StandardCharsets.US_ASCII.encode("down " + number));
                (onWifi ? wifi : mobile).indicate(peer.address(), "up " + number);
            });
        }
        net.at(begin + 100 * 20 * MILLI, () -> mobile.resume(wifi.ticket()));
        pass(10 * SECOND);

        assertThat(peerHeard)
                .as("what the phone said, from one address")
                .containsExactlyElementsOf(IntStream.range(0, PACKETS)
                        .mapToObj(number -> relayed + " up " + number)
                        .toList());
        assertThat(heardByThePhone())
                .as("what the peer said")
                .containsExactlyElementsOf(IntStream.range(0, PACKETS)
                        .mapToObj(number -> "down " + number)
                        .toList());
        assertThat(down(wifi)).as("until data came by the new path").hasSizeBetween(151, 154);
        assertThat(server.count(TurnCounter.ALLOCATIONS_MOVED)).isOne();
        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isOne();
        assertThat(mobile.ticket()).isNotEqualTo(wifi.ticket());
    }

    private List<String> heardByThePhone() {
        return Stream.concat(down(wifi).stream(), down(mobile).stream()).toList();
    }

    private static List<String> down(ScriptedClient side) {
        return side.heard.stream()
                .filter(line -> line.startsWith("INDICATION DATA "))
                .map(line -> line.substring(line.indexOf("down")))
                .toList();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }
}
