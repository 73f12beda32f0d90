package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.Filtering;
import dev.postern.natsim.Mapping;
import dev.postern.natsim.NatBehaviour;
import dev.postern.natsim.NatBox;
import dev.postern.natsim.Rewrites;
import dev.postern.natsim.UnsolicitedSyn;
import dev.postern.natsim.fabric.TraceEvent.Step;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a network while it runs: routers reboot and change their address, lines are cut, hosts move. */
class EventsTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long MINUTE = 60 * SECOND;

    private final VirtualNet net = new VirtualNet(1);
    private final Zone home = net.zone("home");
    private final Router nat = net.nat(
            "nat",
            home,
            net.internet(),
            NatBehaviour.portRestricted(),
            ip("203.0.113.1"),
            Link.latency(Duration.ofMillis(10)));
    private final List<String> heard = new ArrayList<>();
    private final Host phone = net.host("phone", home, ip("10.0.0.2"), Link.PERFECT);
    private final UdpPort server = open(net.host("server", net.internet(), ip("198.51.100.1"), Link.PERFECT), 80);

    @Test
    void rebootForgetsEveryMappingAndTheDropsSaySo() {
        UdpPort client = open(phone, 5000);
        client.send(server.address(), text("hello"));
        net.runUntil(SECOND);

        nat.reboot();
        assertThat(nat.table().rows()).isEmpty();
        net.runUntil(3 * SECOND);
        server.send(at("203.0.113.1:5000"), text("lost"));
        net.runUntil(4 * SECOND);

        assertThat(heard).containsExactly("server 203.0.113.1:5000 hello");
        assertThat(drops())
                .containsExactly("nat: no mapping: nobody inside has :5000, to which 198.51.100.1:80 sent; nat rebooted"
                        + " 2.01 s ago and forgot its mappings");
    }

    @Test
    void rebootWithAnOutageCutsBothLinesUntilItIsOver() {
        UdpPort client = open(phone, 5000);
        nat.reboot(Duration.ofSeconds(30));

        net.at(29 * SECOND, () -> client.send(server.address(), text("early")));
        net.at(30 * SECOND, () -> client.send(server.address(), text("late")));
        net.runUntil(MINUTE);

        assertThat(heard).containsExactly("server 203.0.113.1:5000 late");
        assertThat(drops()).containsExactly("home: link down: the line of nat is cut");
    }

    @Test
    void changeOfTheExternalAddressMovesTheNatAndEndsItsMappings() {
        UdpPort client = open(phone, 5000);
        client.send(server.address(), text("before"));
        net.runUntil(SECOND);

        nat.changeExternal(ip("203.0.113.9"));
        server.send(at("203.0.113.1:5000"), text("to the old"));
        server.send(at("203.0.113.9:5000"), text("to the new"));
        net.runUntil(2 * SECOND);
        client.send(server.address(), text("after"));
        net.runUntil(3 * SECOND);

        assertThat(heard).containsExactly("server 203.0.113.1:5000 before", "server 203.0.113.9:5000 after");
        assertThat(nat.external()).isEqualTo(ip("203.0.113.9"));
        assertThat(drops())
                .containsExactly(
                        "internet: no route: nobody has 203.0.113.1 in internet",
                        "nat: no mapping: nobody inside has :5000, to which 198.51.100.1:80 sent; nat changed from"
                                + " 203.0.113.1 to 203.0.113.9 0.01 s ago and forgot its mappings");
        assertThatThrownBy(() -> nat.changeExternal(ip("198.51.100.1")))
                .hasMessage("zone internet has 198.51.100.1 already");
        assertThat(nat.external()).isEqualTo(ip("203.0.113.9"));
    }

    @Test
    void natWithSeveralAddressesIsReachedAtEachOfThem() {
        Zone office = net.zone("office");
        NatBox pool = new NatBox(
                NatBehaviour.of(Mapping.EIM, Filtering.EIF),
                List.of(ip("192.0.2.1"), ip("192.0.2.2")),
                net.newRandom());
        Router router = net.nat("pool", office, net.internet(), pool, Link.PERFECT);
        UdpPort even = open(net.host("even", office, ip("10.1.0.2"), Link.PERFECT), 5000);
        UdpPort odd = open(net.host("odd", office, ip("10.1.0.3"), Link.PERFECT), 5000);

        even.send(server.address(), text("x"));
        odd.send(server.address(), text("x"));
        net.runUntil(SECOND);
        server.send(at("192.0.2.1:5000"), text("one"));
        server.send(at("192.0.2.2:5000"), text("two"));
        net.runUntil(2 * SECOND);

        assertThat(heard)
                .containsExactly(
                        "server 192.0.2.1:5000 x",
                        "server 192.0.2.2:5000 x",
                        "even 198.51.100.1:80 one",
                        "odd 198.51.100.1:80 two");
        router.changeExternal(ip("192.0.2.2"), ip("192.0.2.3"));
        assertThat(router.externals()).containsExactly(ip("192.0.2.2"), ip("192.0.2.3"));
        server.send(at("192.0.2.1:5000"), text("nobody"));
        server.send(at("192.0.2.3:5000"), text("forgotten"));
        net.runUntil(3 * SECOND);
        assertThat(drops()).hasSize(2).first().isEqualTo("internet: no route: nobody has 192.0.2.1 in internet");
        assertThat(drops().get(1))
                .startsWith("pool: no mapping")
                .endsWith("pool changed from 192.0.2.1 and 192.0.2.2 to 192.0.2.2 and 192.0.2.3 0 s ago and forgot its"
                        + " mappings");
    }

    @Test
    void prefixNatHasEachInsideAddressAsOneOfItsPrefix() {
        Zone office = net.zone("office");
        Router router = net.prefixNat(
                "nptv6",
                office,
                net.internet(),
                NatBehaviour.builder("NPTv6", Mapping.EIM, Filtering.EIF)
                        .rewrites(Rewrites.ADDRESSES)
                        .build(),
                IpPrefix.parse("fd00:1:2::/48"),
                IpPrefix.parse("2001:db8:7::/48"),
                Link.PERFECT);
        UdpPort client = open(net.host("client", office, ip("fd00:1:2:3::4"), Link.PERFECT), 5000);
        List<TransportAddress> sources = new ArrayList<>();
        UdpPort far = net.host("far", net.internet(), ip("2001:db8:1::1"), Link.PERFECT)
                .open(80, (now, from, data) -> sources.add(from));

        client.send(far.address(), text("x"));
        net.runUntil(SECOND);
        far.send(sources.get(0), text("back"));
        net.runUntil(2 * SECOND);

        assertThat(sources)
                .hasSize(1)
                .first()
                .asString()
                .startsWith("[2001:db8:7:")
                .endsWith("]:5000");
        assertThat(heard).containsExactly("client [2001:db8:1::1]:80 back");
        assertThatThrownBy(() -> router.changeExternal(ip("2001:db8:7::1"))).isInstanceOf(IllegalStateException.class);
    }

    /** RFC 5382 REQ-4: 6 s pass, in which the inside could have sent a SYN of its own. */
    @Test
    void natAnswersASynThatItDidNotLetInWhenItsTimeHasCome() {
        Zone office = net.zone("office");
        net.nat(
                "strict",
                office,
                net.internet(),
                NatBehaviour.builder("strict", Mapping.EIM, Filtering.APDF)
                        .unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT)
                        .build(),
                ip("192.0.2.1"),
                Link.PERFECT);
        Host inside = net.host("inside", office, ip("10.1.0.2"), Link.PERFECT);
        Host outside = net.host("outside", net.internet(), ip("198.51.100.7"), Link.PERFECT);
        outside.listen(80, connection -> (open, data) -> {});
        inside.connect(5000, at("198.51.100.7:80"), (open, data) -> {});
        net.runUntil(SECOND);

        Host stranger = net.host("stranger", net.internet(), ip("198.51.100.8"), Link.PERFECT);
        stranger.connect(7000, at("192.0.2.1:5000"), new TcpHandler() {
            @Override
            public void onData(TcpConnection connection, ByteBuffer data) {}

            @Override
            public void onClosed(TcpConnection connection, TcpEnd end) {
                heard.add(net.nowNanos() / SECOND + " s " + end);
            }
        });
        net.runUntil(MINUTE);

        assertThat(heard).containsExactly("7 s REFUSED");
    }

    @Test
    void routerThatTakesAnotherBehaviourForgetsItsMappings() {
        UdpPort client = open(phone, 5000);
        client.send(server.address(), text("port-restricted"));
        net.runUntil(SECOND);

        nat.changeBehaviour(NatBehaviour.symmetric());
        client.send(server.address(), text("symmetric"));
        net.runUntil(2 * SECOND);

        assertThat(heard).hasSize(2);
        assertThat(heard.get(1)).startsWith("server 203.0.113.1:").doesNotContain(":5000");
        assertThatThrownBy(() -> nat.changeBehaviour(NatBehaviour.open())).hasMessageContaining("rewrites NOTHING");
    }

    @Test
    void cutLineLosesWhatIsOnItAndWhatIsSentUntilItIsBack() {
        UdpPort client = open(phone, 5000);
        client.send(server.address(), text("on the line"));
        net.at(5 * MILLI, () -> nat.line().disconnect());
        net.at(6 * MILLI, () -> client.send(server.address(), text("into the gap")));
        net.at(SECOND, () -> nat.line().reconnect());
        net.at(SECOND, () -> client.send(server.address(), text("after")));

        net.runUntil(2 * SECOND);

        assertThat(heard).containsExactly("server 203.0.113.1:5000 after");
        assertThat(drops())
                .containsExactly(
                        "internet: link down: the line of nat is cut",
                        "internet: link down: the line of nat was cut with the packet on it");
        assertThat(nat.line().isConnected()).isTrue();
    }

    @Test
    void changedConditionsHoldForWhatIsSentAfterTheChange() {
        UdpPort client = open(phone, 5000);
        client.send(server.address(), text("first"));
        net.runUntil(MILLI);
        nat.line().change(Link.latency(Duration.ofMillis(100)));
        client.send(server.address(), text("second"));

        net.runUntil(100 * MILLI);
        assertThat(heard).containsExactly("server 203.0.113.1:5000 first");
        net.runUntil(101 * MILLI);
        assertThat(heard).hasSize(2);
        assertThat(nat.line().link()).isEqualTo(Link.latency(Duration.ofMillis(100)));
    }

    @Test
    void hostThatRoamsKeepsSocketsOfAnyAddressAndLosesThoseOfTheOldOne() {
        Zone mobile = net.zone("mobile");
        net.nat("carrier", mobile, net.internet(), NatBehaviour.fullCone(), ip("203.0.113.7"), Link.PERFECT);
        UdpPort bound = open(phone, 5000);
        UdpPort any = phone.openAny(6000, (now, from, data) -> heard.add("any " + from));
        phone.onRoam(() -> heard.add("told that the address is " + phone.ip()));

        phone.roam(mobile, ip("100.64.0.2"), Link.PERFECT);
        boolean boundSent = bound.send(server.address(), text("bound"));
        boolean anySent = any.send(server.address(), text("any"));
        net.runUntil(SECOND);
        server.send(at("203.0.113.7:6000"), text("answer"));
        net.runUntil(2 * SECOND);

        assertThat(boundSent).isFalse();
        assertThat(anySent).isTrue();
        assertThat(any.address()).isEqualTo(at("100.64.0.2:6000"));
        assertThat(heard)
                .containsExactly(
                        "told that the address is 100.64.0.2", "server 203.0.113.7:6000 any", "any 198.51.100.1:80");
        assertThat(drops()).containsExactly("phone: address gone: phone no longer has 10.0.0.2");
    }

    @Test
    void hostThatComesBackToItsAddressFindsItsSocketsAsTheyWere() {
        Zone mobile = net.zone("mobile");
        UdpPort bound = open(phone, 5000);

        phone.roam(mobile, ip("100.64.0.2"), Link.PERFECT);
        phone.roam(home, ip("10.0.0.2"), Link.PERFECT);

        assertThat(bound.send(server.address(), text("back"))).isTrue();
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("server 203.0.113.1:5000 back");
    }

    @Test
    void packetToAHostThatHasLeftIsLostOnTheOldLine() {
        Host b = net.host("b", net.internet(), ip("198.51.100.2"), Link.latency(Duration.ofMillis(50)));
        open(b, 6000);
        server.send(at("198.51.100.2:6000"), text("under way"));
        net.runUntil(20 * MILLI);

        b.roam(net.internet(), ip("198.51.100.3"), Link.PERFECT);
        net.runUntil(SECOND);
        server.send(at("198.51.100.2:6000"), text("too late"));
        net.runUntil(2 * SECOND);

        assertThat(heard).isEmpty();
        assertThat(drops())
                .containsExactly(
                        "internet: link down: the line of b was cut with the packet on it",
                        "internet: no route: nobody has 198.51.100.2 in internet");
    }

    @Test
    void hostStaysWhereItIsIfTheAddressItRoamsToIsTaken() {
        assertThatThrownBy(() -> phone.roam(net.internet(), ip("198.51.100.1"), Link.PERFECT))
                .hasMessage("zone internet has 198.51.100.1 already");

        assertThat(open(phone, 5000).send(server.address(), text("still here"))).isTrue();
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("server 203.0.113.1:5000 still here");
    }

    @Test
    void hostMayRoamToItsOwnAddressOverAnotherLine() {
        phone.roam(home, ip("10.0.0.2"), Link.latency(Duration.ofMillis(3)));

        assertThat(phone.line().link()).isEqualTo(Link.latency(Duration.ofMillis(3)));
        open(phone, 5000).send(server.address(), text("same"));
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("server 203.0.113.1:5000 same");
    }

    /** 30 minutes of keep-alives, a reboot in the middle of them: what the client sees, at the instants when it sees it. */
    @Test
    void halfAnHourOfKeepAlivesWithARebootIsSeenByTheClientAtItsNextKeepAlive() {
        long startedAt = System.nanoTime();
        List<String> seen = new ArrayList<>();
        long[] events = new long[1];
        net.onStep(event -> events[0]++);
        UdpPort client = phone.open(5000, (now, from, data) -> {
            String mapped = StandardCharsets.US_ASCII.decode(data).toString();
            if (seen.isEmpty() || !seen.get(seen.size() - 1).endsWith(mapped)) {
                seen.add(now / SECOND + " s " + mapped);
            }
        });
        UdpPort[] mirror = new UdpPort[1];
        mirror[0] = net.host("mirror", net.internet(), ip("198.51.100.9"), Link.PERFECT)
                .open(3478, (now, from, data) -> mirror[0].send(from, text(from.toString())));
        nat.changeBehaviour(NatBehaviour.symmetric());
        keepAlive(client, mirror[0].address(), 15 * SECOND, 30 * MINUTE);
        net.at(17 * MINUTE + 5 * SECOND, nat::reboot);

        net.runUntil(30 * MINUTE);
        long tookMillis = (System.nanoTime() - startedAt) / MILLI;

        System.out.println(
                "30 virtual minutes of keep-alives with a reboot: " + events[0] + " steps in " + tookMillis + " ms");
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0)).startsWith("0 s 203.0.113.1:");
        assertThat(seen.get(1)).startsWith("1035 s 203.0.113.1:");
        assertThat(events[0]).as("six steps for each of 120 keep-alives").isEqualTo(6 * 120);
        assertThat(drops()).isEmpty();
    }

    private void keepAlive(UdpPort port, TransportAddress to, long everyNanos, long endNanos) {
        if (net.nowNanos() < endNanos) {
            port.send(to, text("alive"));
            net.at(net.nowNanos() + everyNanos, () -> keepAlive(port, to, everyNanos, endNanos));
        }
    }

    private UdpPort open(Host host, int port) {
        return host.open(
                port,
                (now, from, data) ->
                        heard.add(host.name() + " " + from + " " + StandardCharsets.US_ASCII.decode(data)));
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
