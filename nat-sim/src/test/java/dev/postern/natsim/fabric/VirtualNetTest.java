package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VirtualNetTest {

    private static final long MILLI = 1_000_000;
    private static final Link TEN_MILLIS = Link.latency(Duration.ofMillis(10));
    private static final NatBehaviour FULL_CONE = NatBehaviour.fullCone();

    private final VirtualNet net = new VirtualNet(1);
    private final List<String> heard = new ArrayList<>();

    @Test
    void datagramArrivesAfterTheLatencyOfEachLineOnItsWay() {
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), TEN_MILLIS), 5000);
        open(net.host("b", net.internet(), ip("198.51.100.2"), Link.latency(Duration.ofMillis(5))), 6000);

        a.send(at("198.51.100.2:6000"), text("hello"));
        net.runUntil(15 * MILLI - 1);
        assertThat(heard).isEmpty();
        net.runUntil(15 * MILLI);

        assertThat(heard).containsExactly("15 ms b 198.51.100.1:5000 hello");
    }

    @Test
    void linksMayDifferPerDirection() {
        Link asymmetric =
                new Link(LinkConditions.latency(Duration.ofMillis(1)), LinkConditions.latency(Duration.ofMillis(30)));
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), asymmetric), 5000);
        UdpPort b = open(net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT), 6000);

        a.send(b.address(), text("up"));
        b.send(a.address(), text("down"));
        net.runUntil(100 * MILLI);

        assertThat(heard).containsExactly("1 ms b 198.51.100.1:5000 up", "30 ms a 198.51.100.2:6000 down");
    }

    @Test
    void lossOnTheWayUpTouchesNothingOnTheWayDown() {
        Link loseUp = new Link(LinkConditions.PERFECT.withLoss(0.3), LinkConditions.PERFECT);
        Link loseDown = new Link(LinkConditions.PERFECT, LinkConditions.PERFECT.withLoss(1));
        UdpPort up = open(net.host("up", net.internet(), ip("198.51.100.1"), loseUp), 1);
        UdpPort down = open(net.host("down", net.internet(), ip("198.51.100.2"), loseDown), 2);
        UdpPort peer = open(net.host("peer", net.internet(), ip("198.51.100.3"), Link.PERFECT), 3);

        for (int i = 0; i < 1000; i++) {
            up.send(peer.address(), text("x"));
            down.send(peer.address(), text("x"));
            peer.send(up.address(), text("x"));
            peer.send(down.address(), text("x"));
        }
        net.runUntil(1);

        assertThat(heard.stream()
                        .filter(line -> line.contains("peer 198.51.100.1"))
                        .count())
                .isBetween(650L, 750L);
        assertThat(heard.stream().filter(line -> line.contains("peer 198.51.100.2")))
                .hasSize(1000);
        assertThat(heard.stream().filter(line -> line.contains(" up "))).hasSize(1000);
        assertThat(heard.stream().filter(line -> line.contains(" down "))).isEmpty();
    }

    @Test
    void jitterStaysWithinItsBoundAndLetsPacketsOvertake() {
        Link jittery = new Link(
                LinkConditions.latency(Duration.ofMillis(10)).withJitter(Duration.ofMillis(5)), LinkConditions.PERFECT);
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), jittery), 1);
        UdpPort b = open(net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT), 2);
        IntStream.range(100, 200).forEach(i -> a.send(b.address(), text("" + i)));

        net.runUntil(10 * MILLI - 1);
        assertThat(heard).isEmpty();
        net.runUntil(15 * MILLI);

        List<String> order =
                heard.stream().map(line -> line.substring(line.length() - 3)).toList();
        assertThat(order).hasSize(100).isNotEqualTo(order.stream().sorted().toList());
    }

    @Test
    void natStandsBetweenItsZones() {
        Zone home = net.zone("home");
        Router nat = net.nat("nat", home, net.internet(), FULL_CONE, ip("203.0.113.1"), TEN_MILLIS);
        UdpPort inside = open(net.host("inside", home, ip("10.0.0.2"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        inside.send(server.address(), text("ping"));
        net.runUntil(10 * MILLI);
        server.send(at("203.0.113.1:5000"), text("pong"));
        server.send(at("10.0.0.2:5000"), text("lost"));
        net.runUntil(20 * MILLI);

        assertThat(heard).containsExactly("10 ms server 203.0.113.1:5000 ping", "20 ms inside 198.51.100.1:80 pong");
        assertThat(nat.table().rows()).hasSize(1);
        assertThat(drops()).containsExactly("internet: no route: nobody has 10.0.0.2 in internet");
    }

    @Test
    void homeBehindACarriersNatIsTranslatedTwice() {
        Zone carrier = net.zone("carrier");
        Zone home = net.zone("home");
        net.nat("cgn", carrier, net.internet(), FULL_CONE, ip("203.0.113.1"), Link.PERFECT);
        net.nat("home-nat", home, carrier, NatBehaviour.portRestricted(), ip("100.64.0.7"), Link.PERFECT);
        UdpPort inside = open(net.host("inside", home, ip("192.168.1.2"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);
        UdpPort stranger = open(net.host("stranger", net.internet(), ip("198.51.100.9"), Link.PERFECT), 9);

        inside.send(server.address(), text("ping"));
        net.runUntil(1);
        server.send(at("203.0.113.1:5000"), text("pong"));
        stranger.send(at("203.0.113.1:5000"), text("boo"));
        net.runUntil(2);

        assertThat(heard).containsExactly("0 ms server 203.0.113.1:5000 ping", "0 ms inside 198.51.100.1:80 pong");
        assertThat(drops()).containsExactly("home-nat: APDF: 198.51.100.9:9 never contacted from host 192.168.1.2");
    }

    @Test
    void twoHomesOfOneCarrierMeetInItsZoneOrByItsHairpin() {
        Zone carrier = net.zone("carrier");
        net.nat(
                "cgn",
                carrier,
                net.internet(),
                NatBehaviour.of(Mapping.EIM, Filtering.EIF).toBuilder()
                        .hairpin(Hairpin.EXTERNAL_SOURCE)
                        .build(),
                ip("203.0.113.1"),
                Link.PERFECT);
        Zone homeA = net.zone("home a");
        Zone homeB = net.zone("home b");
        net.nat("nat a", homeA, carrier, FULL_CONE, ip("100.64.0.1"), Link.PERFECT);
        net.nat("nat b", homeB, carrier, FULL_CONE, ip("100.64.0.2"), Link.PERFECT);
        UdpPort a = open(net.host("a", homeA, ip("192.168.1.2"), Link.PERFECT), 5000);
        UdpPort b = open(net.host("b", homeB, ip("192.168.1.2"), Link.PERFECT), 6000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        a.send(server.address(), text("from a"));
        b.send(server.address(), text("from b"));
        net.runUntil(1);
        a.send(at("100.64.0.2:6000"), text("near"));
        a.send(at("203.0.113.1:6000"), text("hairpin"));
        net.runUntil(2);

        assertThat(heard)
                .containsExactly(
                        "0 ms server 203.0.113.1:5000 from a",
                        "0 ms server 203.0.113.1:6000 from b",
                        "0 ms b 100.64.0.1:5000 near",
                        "0 ms b 203.0.113.1:5000 hairpin");
    }

    @Test
    void isolatedMembersReachTheInternetButNotEachOther() {
        Zone guests = net.zone("guests").isolateMembers();
        net.nat("nat", guests, net.internet(), FULL_CONE, ip("203.0.113.1"), Link.PERFECT);
        UdpPort a = open(net.host("a", guests, ip("10.0.0.2"), Link.PERFECT), 4000);
        UdpPort b = open(net.host("b", guests, ip("10.0.0.3"), Link.PERFECT), 2000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        a.send(b.address(), text("near"));
        a.send(server.address(), text("far"));
        net.runUntil(1);
        server.send(at("203.0.113.1:4000"), text("back"));
        net.runUntil(2);

        assertThat(heard).containsExactly("0 ms server 203.0.113.1:4000 far", "0 ms a 198.51.100.1:80 back");
        assertThat(drops()).containsExactly("guests: isolated: members of guests do not reach each other");
    }

    @Test
    void firewallKeepsAddressesAndItsZoneIsReachedThroughIt() {
        Zone office = net.zone("office");
        net.firewall(
                "firewall",
                office,
                net.internet(),
                NatBehaviour.statefulFirewall(),
                IpPrefix.parse("192.0.2.0/24"),
                Link.PERFECT);
        UdpPort inside = open(net.host("inside", office, ip("192.0.2.7"), Link.PERFECT), 5000);
        UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

        server.send(inside.address(), text("early"));
        net.runUntil(1);
        inside.send(server.address(), text("ping"));
        server.send(inside.address(), text("pong"));
        net.runUntil(2);

        assertThat(heard).containsExactly("0 ms server 192.0.2.7:5000 ping", "0 ms inside 198.51.100.1:80 pong");
        assertThat(drops()).containsExactly("firewall: APDF: 198.51.100.1:80 never contacted from 192.0.2.7:5000");
    }

    @Test
    void closedPortAndUnknownAddressSaySo() {
        Host b = net.host("b", net.internet(), ip("198.51.100.2"), Link.PERFECT);
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT), 1);
        open(b, 2).close();

        a.send(at("198.51.100.2:2"), text("x"));
        a.send(at("198.51.100.3:3"), text("x"));
        net.runUntil(1);

        assertThat(drops())
                .containsExactlyInAnyOrder(
                        "b: no socket: nobody listens at 198.51.100.2:2",
                        "internet: no route: nobody has 198.51.100.3 in internet");
        assertThat(b.isFree(2)).isTrue();
    }

    @Test
    void packetThatRunsInACircleEnds() {
        Zone x = net.zone("x");
        net.firewall("f", x, net.internet(), NatBehaviour.open(), IpPrefix.parse("192.0.2.0/24"), Link.PERFECT);
        net.firewall("g", net.internet(), x, NatBehaviour.open(), IpPrefix.parse("128.0.0.0/1"), Link.PERFECT);
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT), 1);

        a.send(at("10.0.0.1:1"), text("x"));
        net.runUntil(1);

        assertThat(drops())
                .singleElement()
                .asString()
                .endsWith("hops exhausted: the TTL ran out here on the way to 10.0.0.1:1");
    }

    @Test
    void timersAndPacketsOfOneInstantKeepTheOrderOfAsking() {
        UdpPort a = open(net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT), 1);
        net.at(5, () -> heard.add("first"));
        net.at(5, () -> a.send(a.address(), text("self")));
        net.at(5, () -> heard.add("second"));
        net.at(4, () -> heard.add("zeroth"));

        assertThat(net.nextEventNanos()).isEqualTo(4);
        net.runUntil(5);

        assertThat(heard).containsExactly("zeroth", "first", "second", "0 ms a 198.51.100.1:1 self");
        assertThat(net.nextEventNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(net.nowNanos()).isEqualTo(5);
    }

    @Test
    void traceKeepsTheLastStepsAndCountsTheOthers() {
        VirtualNet small = new VirtualNet(1, 3);
        Host host = small.host("a", small.internet(), ip("198.51.100.1"), Link.PERFECT);
        UdpPort a = host.open(1, (now, from, data) -> {});
        IntStream.range(0, 10).forEach(i -> a.send(a.address(), text("x")));
        small.runUntil(1);

        assertThat(small.trace().events()).hasSize(3);
        assertThat(small.trace().forgotten()).isEqualTo(17);
    }

    @Test
    void listenerHearsEveryStepAndCanTellThePacketsApartByTheirNumbers() {
        VirtualNet silent = new VirtualNet(1, 0);
        List<String> steps = new ArrayList<>();
        silent.onStep(event -> steps.add("#" + event.flight() + " " + event.step()));
        UdpPort a = open(silent.host("a", silent.internet(), ip("198.51.100.1"), Link.PERFECT), 5000);

        assertThat(silent.sentPackets()).isZero();
        a.send(a.address(), text("x"));
        assertThat(silent.sentPackets()).isOne();
        a.send(at("198.51.100.1:5001"), text("x"));
        silent.runUntil(1);

        assertThat(steps).containsExactly("#0 SENT", "#1 SENT", "#0 ARRIVED", "#1 DROPPED", "#2 SENT", "#2 ARRIVED");
    }

    @Test
    void takenPortsAndAddressesAreRefused() {
        Host a = net.host("a", net.internet(), ip("198.51.100.1"), Link.PERFECT);
        open(a, 5000);

        assertThatThrownBy(() -> open(a, 5000)).hasMessage("UDP port 5000 of a is in use");
        assertThatThrownBy(() -> net.host("b", net.internet(), ip("198.51.100.1"), Link.PERFECT))
                .hasMessage("zone internet has 198.51.100.1 already");
        assertThat(open(a, 0).address().port()).isEqualTo(49152);
        assertThat(open(a, 0).address().port()).isEqualTo(49153);
    }

    private UdpPort open(Host host, int port) {
        return host.open(
                port,
                (now, from, data) -> heard.add(now / MILLI + " ms " + host.name() + " " + from + " "
                        + StandardCharsets.US_ASCII.decode(data)));
    }

    private List<String> drops() {
        return net.trace().events().stream()
                .filter(event -> event.step() == Step.DROPPED)
                .map(event -> event.where() + ": " + event.note())
                .toList();
    }

    private static IpAddress ip(String address) {
        return IpAddress.parse(address);
    }

    private static TransportAddress at(String address) {
        return TransportAddress.parse(address);
    }

    private static ByteBuffer text(String text) {
        return StandardCharsets.US_ASCII.encode(text);
    }
}
