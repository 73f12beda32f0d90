package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.Content;
import dev.postern.natsim.Exhaustion;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.Packet;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** TTL, ICMP, MTU and fragments. */
class IcmpTest {

    private static final long SECOND = 1_000_000_000;
    private static final LinkConditions NARROW =
            LinkConditions.builder().mtu(1280).build();

    private final VirtualNet net = new VirtualNet(1);
    private final List<String> heard = new ArrayList<>();

    @Test
    void eachRouterTakesOneHopAndTheLastOneSaysThatTimeIsExceeded() {
        Zone carrier = net.zone("carrier");
        Zone home = net.zone("home");
        net.nat("cgn", carrier, net.internet(), NatBehaviour.fullCone(), ip("203.0.113.1"), Link.PERFECT);
        net.nat("home nat", home, carrier, NatBehaviour.fullCone(), ip("100.64.0.7"), Link.PERFECT);
        UdpPort client = open(net.host("client", home, ip("10.0.0.2"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        client.send(server.address(), bytes(1), ttl(1));
        client.send(server.address(), bytes(2), ttl(3));
        net.runUntil(SECOND);

        assertThat(heard)
                .containsExactly(
                        "client error time exceeded from 100.64.0.7 about 198.51.100.1:80",
                        "server 2 B from 203.0.113.1:5000 ttl 1");
        assertThat(drops())
                .containsExactly("home nat: hops exhausted: the TTL ran out here on the way to 198.51.100.1:80");
    }

    /** RFC 5508 REQ-8. */
    @ParameterizedTest
    @EnumSource(Exhaustion.class)
    void hostIsToldThatThereIsNoRoomForItsFlowIfTheNatDoesSo(Exhaustion exhaustion) {
        Zone home = net.zone("home");
        NatBehaviour small = NatBehaviour.fullCone().toBuilder()
                .maxMappings(1)
                .exhaustion(exhaustion)
                .build();
        net.nat("nat", home, net.internet(), small, ip("203.0.113.1"), Link.PERFECT);
        Host client = net.host("client", home, ip("10.0.0.2"), Link.PERFECT);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        open(client, 5000).send(server.address(), bytes(1));
        open(client, 5001).send(server.address(), bytes(2));
        net.runUntil(SECOND);

        String first = "server 1 B from 203.0.113.1:5000 ttl 63";
        switch (exhaustion) {
            case REFUSE -> assertThat(heard).containsExactly(first);
            case REFUSE_AND_TELL ->
                assertThat(heard)
                        .containsExactlyInAnyOrder(
                                first,
                                "client error administratively prohibited from 203.0.113.1 about 198.51.100.1:80");
            case EVICT_OLDEST -> assertThat(heard).containsExactly(first, "server 2 B from 203.0.113.1:5001 ttl 63");
        }
    }

    @Test
    void datagramToAClosedPortIsAnsweredWithPortUnreachableAndTheErrorIsNot() {
        Host b = net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT);
        Host hostA = net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT);
        UdpPort a = open(hostA, 1);

        a.send(at("198.51.100.2:9"), bytes(1));
        net.runUntil(SECOND);
        a.send(at("198.51.100.2:9"), bytes(1));
        a.close();
        net.runUntil(2 * SECOND);

        assertThat(heard).containsExactly("a error port unreachable from 198.51.100.2 about 198.51.100.2:9");
        assertThat(drops()).hasSize(2).containsOnly("b: no socket: nobody listens at 198.51.100.2:9");
        assertThat(net.arrived(b, hostA)).isEqualTo(2);
    }

    @Test
    void longDatagramIsCutAndPutTogetherAgain() {
        UdpPort a =
                open(net.host("a", net.internet(), ip("198.51.100.1"), new Link(NARROW, LinkConditions.PERFECT)), 1);
        Link narrower = new Link(
                LinkConditions.PERFECT, LinkConditions.builder().mtu(576).build());
        open(net.host("b", net.internet(), ip("198.51.100.2"), narrower), 2);

        a.send(at("198.51.100.2:2"), bytes(4000));
        net.runUntil(SECOND);

        assertThat(heard).containsExactly("b 4000 B from 198.51.100.1:1 ttl 64");
        assertThat(drops()).isEmpty();
    }

    @Test
    void datagramOfWhichAFragmentIsLostIsGivenUpAfterThirtySecondsAndItsSenderIsTold() {
        LinkConditions lossy = NARROW.withLoss(0.4);
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), new Link(lossy, LinkConditions.PERFECT)), 1);
        open(net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT), 2);

        for (int i = 0; i < 20; i++) {
            a.send(at("198.51.100.2:2"), bytes(2000));
        }
        net.runUntil(29 * SECOND);
        assertThat(drops()).noneMatch(drop -> drop.contains("fragments missing"));
        net.runUntil(31 * SECOND);

        assertThat(drops())
                .contains(
                        "b: fragments missing: not all of 2008 B from 198.51.100.1 came within 30 s",
                        "internet: lost: on the line from a");
        assertThat(heard)
                .contains(
                        "b 2000 B from 198.51.100.1:1 ttl 64",
                        "a error reassembly time exceeded from 198.51.100.2 about 198.51.100.2:2");
    }

    @Test
    void routerReportsWhatItMustNotCutAndTheSenderKnowsTheWayFromThenOn() {
        Zone home = net.zone("home");
        net.nat(
                "nat",
                home,
                net.internet(),
                NatBehaviour.fullCone(),
                ip("203.0.113.1"),
                new Link(NARROW, LinkConditions.PERFECT));
        UdpPort client = open(net.host("client", home, ip("10.0.0.2"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);
        IpFields whole = IpFields.PLAIN.withDontFragment(true);

        boolean first = client.send(server.address(), bytes(1400), whole);
        net.runUntil(SECOND);
        boolean second = client.send(server.address(), bytes(1400), whole);
        boolean shorter = client.send(server.address(), bytes(1252), whole);
        net.runUntil(2 * SECOND);

        assertThat(List.of(first, second, shorter)).containsExactly(true, false, true);
        assertThat(heard)
                .containsExactly(
                        "client error too big from 203.0.113.1 about 198.51.100.1:80 mtu 1280",
                        "server 1252 B from 203.0.113.1:5000 ttl 63");
        assertThat(drops())
                .containsExactly(
                        "nat: too big: 1428 B for the line to internet, which takes 1280 B, and DF is set",
                        "client: too big: 1428 B for the way to 198.51.100.1, which takes 1280 B, and DF is set");
    }

    @Test
    void narrowLineDownReportsFromAnAddressOfNobody() {
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT), 1);
        Link narrow = new Link(LinkConditions.PERFECT, NARROW);
        open(net.host("b", net.internet(), ip("198.51.100.2"), narrow), 2);

        a.send(at("198.51.100.2:2"), bytes(1400), IpFields.PLAIN.withDontFragment(true));
        net.runUntil(SECOND);

        assertThat(heard).containsExactly("a error too big from 192.0.0.8 about 198.51.100.2:2 mtu 1280");
        assertThat(drops())
                .containsExactly("internet: too big: 1428 B for the line to b, which takes 1280 B, and DF is set");
    }

    @Test
    void ipv6IsCutByItsSenderAlone() {
        Zone home = net.zone("home");
        net.firewall(
                "router",
                home,
                net.internet(),
                NatBehaviour.open(),
                IpPrefix.parse("2001:db8:1::/64"),
                new Link(NARROW, LinkConditions.PERFECT));
        UdpPort client = open(net.host("client", home, ip("2001:db8:1::2"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("2001:db8:2::1"), Link.PERFECT), 80);

        client.send(server.address(), bytes(1400));
        net.runUntil(SECOND);
        client.send(server.address(), bytes(1400));
        net.runUntil(2 * SECOND);
        server.send(client.address(), bytes(100));
        net.runUntil(3 * SECOND);

        assertThat(heard)
                .containsExactly(
                        "client error too big from 2001:db8:1:: about [2001:db8:2::1]:80 mtu 1280",
                        "server 1400 B from [2001:db8:1::2]:5000 ttl 63",
                        "client 100 B from [2001:db8:2::1]:80 ttl 63");
        assertThat(drops())
                .containsExactly("router: too big: 1448 B for the line to internet, which takes 1280 B, and IPv6 is"
                        + " not cut on its way");
    }

    @Test
    void dualStackZoneHasARouterForEachVersion() {
        Zone home = net.zone("home");
        net.nat("nat", home, net.internet(), NatBehaviour.fullCone(), ip("203.0.113.1"), Link.PERFECT);
        net.firewall(
                "firewall",
                home,
                net.internet(),
                NatBehaviour.statefulFirewall(),
                IpPrefix.parse("2001:db8:1::/64"),
                Link.PERFECT);
        Host client = net.host("client", home, ip("10.0.0.2"), Link.PERFECT).addAddress(ip("2001:db8:1::2"));
        UdpPort port = client.openAny(5000, (now, from, data) -> heard.add("client " + from));
        Host server = net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT)
                .addAddress(ip("2001:db8:2::1"));
        UdpPort mirror = open(server, 80);
        UdpPort mirror6 = server.open(ip("2001:db8:2::1"), 80, (now, from, data) -> heard.add("server " + from));

        port.send(mirror.address(), bytes(1));
        port.send(mirror6.address(), bytes(1));
        net.runUntil(SECOND);
        mirror6.send(at("[2001:db8:1::2]:5000"), bytes(1));
        net.runUntil(2 * SECOND);

        assertThat(heard)
                .containsExactly(
                        "server 1 B from 203.0.113.1:5000 ttl 63",
                        "server [2001:db8:1::2]:5000",
                        "client [2001:db8:2::1]:80");
        assertThatThrownBy(() -> net.nat(
                        "another", home, net.internet(), NatBehaviour.fullCone(), ip("203.0.113.2"), Link.PERFECT))
                .hasMessage("zone home has a gateway already");
    }

    @Test
    void hostsAnswerEchoRequests() {
        Host a = net.host("a", net.internet(), ip("198.51.100.1"), Link.latency(Duration.ofMillis(10)));
        net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT);
        EchoPort ping = a.openEcho(
                77, (now, from, reply) -> heard.add(now / 1_000_000 + " ms " + from + " seq " + reply.sequence()));

        ping.send(ip("198.51.100.2"), 1, bytes(56), IpFields.PLAIN);
        ping.send(ip("198.51.100.3"), 2, bytes(56), IpFields.PLAIN);
        net.runUntil(SECOND);

        assertThat(heard).containsExactly("20 ms 198.51.100.2 seq 1");
        assertThatThrownBy(() -> a.openEcho(77, (now, from, reply) -> {}))
                .hasMessage("ICMP identifier 77 of a is in use");
    }

    private UdpPort open(Host host, int port) {
        return host.open(port, new DatagramHandler() {
            @Override
            public void onDatagram(long nowNanos, TransportAddress from, ByteBuffer data) {
                throw new AssertionError("onPacket is asked first");
            }

            @Override
            public void onPacket(long nowNanos, Packet packet) {
                heard.add(host.name() + " " + packet.payloadBytes() + " B from " + packet.source() + " ttl "
                        + packet.ip().ttl());
            }

            @Override
            public void onError(long nowNanos, TransportAddress to, Content.IcmpError error) {
                heard.add(host.name() + " error " + error.reason().label() + " from " + reporter() + " about " + to
                        + (error.mtu() == 0 ? "" : " mtu " + error.mtu()));
            }
        });
    }

    /** Of the error that has just arrived, as the trace has it. */
    private String reporter() {
        List<TraceEvent> events = net.trace().events();
        return events.get(events.size() - 1).packet().source().ip().toString();
    }

    private List<String> drops() {
        return net.trace().events().stream()
                .filter(event -> event.step() == Step.DROPPED)
                .map(event -> event.where() + ": " + event.note())
                .toList();
    }

    private static IpFields ttl(int hops) {
        return IpFields.PLAIN.withTtl(hops);
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }
}
