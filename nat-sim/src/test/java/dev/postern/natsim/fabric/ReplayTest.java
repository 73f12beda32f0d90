package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The same seed gives the same trace; what two hosts behind NATs lose is explained. */
class ReplayTest {

    private static final long SECOND = 1_000_000_000;
    private static final Link ROUGH = new Link(
            LinkConditions.latency(Duration.ofMillis(20))
                    .withJitter(Duration.ofMillis(15))
                    .withLoss(0.1),
            LinkConditions.latency(Duration.ofMillis(10))
                    .withJitter(Duration.ofMillis(30))
                    .withLoss(0.05));

    @Test
    void sameSeedGivesTheSameTraceByteForByteAThousandTimes() {
        String first = run(42).trace().toString();
        assertThat(first).contains("APDF: ").contains("lost: ").contains(" ARRIVED a ");

        for (int i = 0; i < 1000; i++) {
            assertThat(run(42).trace().toString()).isEqualTo(first);
        }
    }

    @Test
    void anotherSeedGivesAnotherTrace() {
        assertThat(run(43).trace().toString()).isNotEqualTo(run(42).trace().toString());
    }

    /** Pins the trace across machines and Java versions. */
    @Test
    void firstStepsOfASeedAreTheSameEverywhere() throws IOException {
        String head = run(42).trace().toString().lines().limit(40).collect(Collectors.joining("\n", "", "\n"));

        try (InputStream file = ReplayTest.class.getResourceAsStream("trace-of-seed-42.txt")) {
            assertThat(file).isNotNull();
            assertThat(head).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void whyNamesTheChainOfDropsOfAFailedPair() {
        VirtualNet net = new VirtualNet(7);
        Zone homeA = net.zone("home a");
        Zone homeB = net.zone("home b");
        net.nat("nat a", homeA, net.internet(), NatBehaviour.symmetric(), ip("203.0.113.1"), Link.PERFECT);
        net.nat("nat b", homeB, net.internet(), NatBehaviour.portRestricted(), ip("203.0.113.2"), Link.PERFECT);
        Host a = net.host("A", homeA, ip("10.0.0.2"), Link.PERFECT);
        Host b = net.host("B", homeB, ip("10.0.0.2"), Link.PERFECT);
        UdpPort fromA = a.open(5000, (now, from, data) -> {});
        UdpPort fromB = b.open(6000, (now, from, data) -> {});
        fromB.send(TransportAddress.parse("198.51.100.1:3478"), text("who am I"));
        net.runUntil(1);
        for (int i = 0; i < 3; i++) {
            fromA.send(TransportAddress.parse("203.0.113.2:6000"), text("hello"));
            fromB.send(TransportAddress.parse("203.0.113.1:6001"), text("hello"));
        }
        net.runUntil(2);

        Why why = net.why(a, b);

        String port = net.trace().toString().replaceAll("(?s).*PASSED nat a UDP 203.0.113.1:(\\d+) .*", "$1");
        assertThat(why.sentence())
                .isEqualTo("A (behind symmetric) and B (behind port-restricted): none of 3 packets from A to B arrived"
                        + " (3 dropped at nat b: APDF: 203.0.113.1:" + port
                        + " never contacted from host 10.0.0.2); none of"
                        + " 3 packets from B to A arrived (3 dropped at nat a: no mapping: nobody inside has :6001, to which"
                        + " 203.0.113.2:6000 sent); and no relay, as neither sent anything to a server; of B's other packets"
                        + " 1 dropped at internet: no route: nobody has 198.51.100.1 in internet");
        assertThat(why)
                .hasToString("A to B: 0 of 3 packets arrived\n  3 dropped at nat b: APDF: 203.0.113.1:" + port
                        + " never contacted from host 10.0.0.2\n"
                        + "B to A: 0 of 3 packets arrived\n"
                        + "  3 dropped at nat a: no mapping: nobody inside has :6001, to which 203.0.113.2:6000 sent\n"
                        + "  elsewhere: 1 dropped at internet: no route: nobody has 198.51.100.1 in internet\n");
        assertThat(net.arrived(a, b)).isZero();
    }

    @Test
    void halfAnHourOfKeepAlivesHoldsTheMappingAndTakesNoTime() {
        VirtualNet net = new VirtualNet(1, 0);
        Zone home = net.zone("home");
        Router nat =
                net.nat("nat", home, net.internet(), NatBehaviour.portRestricted(), ip("203.0.113.1"), Link.PERFECT);
        AtomicInteger answers = new AtomicInteger();
        UdpPort client = net.host("client", home, ip("10.0.0.2"), Link.PERFECT)
                .open(5000, (now, from, data) -> answers.incrementAndGet());
        UdpPort server = echo(net);
        keepAlive(net, client, server.address(), 15 * SECOND, 30 * 60 * SECOND);

        net.runUntil(30 * 60 * SECOND);

        assertThat(answers).hasValue(120);
        assertThat(nat.table().rows()).hasSize(1);
        net.runUntil(30 * 60 * SECOND - 15 * SECOND + 300 * SECOND);
        assertThat(nat.table().rows()).isEmpty();
    }

    private static void keepAlive(VirtualNet net, UdpPort port, TransportAddress to, long everyNanos, long endNanos) {
        if (net.nowNanos() < endNanos) {
            port.send(to, text("alive"));
            net.at(net.nowNanos() + everyNanos, () -> keepAlive(net, port, to, everyNanos, endNanos));
        }
    }

    /** Two hosts behind NATs ask an echo server who they are and then send to each other, over rough lines. */
    private static VirtualNet run(long seed) {
        VirtualNet net = new VirtualNet(seed);
        UdpPort server = echo(net);
        List<UdpPort> ports = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            Zone home = net.zone("home " + name);
            NatBehaviour nat = name.equals("a") ? NatBehaviour.symmetric() : NatBehaviour.portRestricted();
            String external = name.equals("a") ? "203.0.113.1" : "203.0.113.2";
            net.nat("nat " + name, home, net.internet(), nat, ip(external), ROUGH);
            ports.add(net.host(name, home, ip("10.0.0.2"), Link.PERFECT).open(5000, (now, from, data) -> {}));
        }
        for (int i = 0; i < 20; i++) {
            ByteBuffer text = text("packet " + i);
            net.at(i * SECOND / 50, () -> {
                ports.forEach(port -> port.send(server.address(), text));
                ports.get(0).send(TransportAddress.parse("203.0.113.2:5000"), text);
                ports.get(1).send(TransportAddress.parse("203.0.113.1:5000"), text);
            });
        }
        net.runUntil(10 * SECOND);
        return net;
    }

    private static UdpPort echo(VirtualNet net) {
        UdpPort[] self = new UdpPort[1];
        self[0] = net.host("server", net.internet(), ip("198.51.100.1"), Link.latency(Duration.ofMillis(1)))
                .open(80, (now, from, data) -> self[0].send(from, data));
        return self[0];
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static ByteBuffer text(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }
}
