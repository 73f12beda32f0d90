package dev.postern.natsim.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.NatBehaviour;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network of IPv6 that a NAT64 connects with IPv4, and hosts in it that speak IPv4 (464XLAT). */
class Nat64NetTest {

    private static final IpAddress EXTERNAL = IpAddress.parse("198.51.100.1");
    private static final IpAddress CLAT = IpAddress.parse("192.0.0.1");
    private static final TransportAddress WEB = TransportAddress.parse("203.0.113.80:80");
    private static final long SECOND = 1_000_000_000;

    private final VirtualNet net = new VirtualNet(1);
    private final Zone home = net.zone("home");
    private final Host phone = net.host("phone", home, IpAddress.parse("2001:db8:64::2"), Link.PERFECT);
    private final Host web = net.host("web", net.internet(), WEB.ip(), Link.latency(Duration.ofMillis(10)));
    private final List<String> heard = new ArrayList<>();

    private Router nat64(NatBehaviour behaviour, Nat64Prefix prefix, Link line) {
        return net.nat64("nat64", home, net.internet(), behaviour, prefix, List.of(EXTERNAL), line);
    }

    private UdpPort open(Host host, IpAddress at, int port) {
        return host.open(at, port, new DatagramHandler() {
            @Override
            public void onDatagram(long now, TransportAddress from, ByteBuffer data) {
                heard.add(host.name() + " heard " + data.remaining() + " B of " + from);
            }

            @Override
            public void onError(long now, TransportAddress to, Content.IcmpError error) {
                heard.add(host.name() + " was told " + error.reason().label() + " of " + to + " " + error.mtu());
            }
        });
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "64:ff9b::/96",
                "3fff::/32",
                "2001:db8:100::/40",
                "2001:db8:122::/48",
                "2001:db8:122:300::/56",
                "2001:db8:122:344::/64",
                "2001:db8:122:344::/96"
            })
    void hostOfIpv6TalksWithOneOfIpv4(String text) {
        Nat64Prefix prefix = Nat64Prefix.parse(text);
        Router router = nat64(NatBehaviour.portRestricted(), prefix, Link.PERFECT);
        UdpPort at = open(phone, phone.ip(), 5000);
        UdpPort server = open(web, web.ip(), 80);

        at.send(TransportAddress.of(phone.written(WEB.ip()), 80), bytes(10));
        net.runUntil(SECOND);
        server.send(TransportAddress.of(EXTERNAL, 5000), bytes(20));
        net.runUntil(2 * SECOND);

        assertThat(heard)
                .containsExactly(
                        "web heard 10 B of 198.51.100.1:5000",
                        "phone heard 20 B of " + TransportAddress.of(prefix.embed(WEB.ip()), 80));
        assertThat(router.nat64Prefix()).isEqualTo(prefix);
        assertThat(net.arrived(phone, web)).isOne();
    }

    @Test
    void programThatSpeaksIpv4IsServedOnAHostOfIpv6() {
        nat64(NatBehaviour.portRestricted(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        phone.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN);
        UdpPort at = open(phone, phone.ip(), 5000);
        UdpPort server = open(web, web.ip(), 80);

        at.send(WEB, bytes(10));
        net.runUntil(SECOND);
        server.send(TransportAddress.of(EXTERNAL, 5000), bytes(20));
        at.send(TransportAddress.of(WEB.ip(), 81), bytes(10));
        net.runUntil(2 * SECOND);

        assertThat(at.address()).isEqualTo(TransportAddress.of(CLAT, 5000));
        assertThat(heard)
                .containsExactly(
                        "web heard 10 B of 198.51.100.1:5000",
                        "phone heard 20 B of 203.0.113.80:80",
                        "phone was told port unreachable of 203.0.113.80:81 0");
        assertThat(phone.written(WEB.ip())).isEqualTo(WEB.ip());
        assertThat(phone.isKnownOutside(CLAT)).isFalse();
        assertThat(phone.isKnownOutside(IpAddress.parse("2001:db8:64::2"))).isTrue();
    }

    @Test
    void tcpAndPingsGoThroughToo() {
        nat64(NatBehaviour.portRestricted(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        phone.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN);
        web.listen(80, connection -> (same, data) -> {
            heard.add("web read " + StandardCharsets.US_ASCII.decode(data) + " of " + same.remote());
            same.send(ByteBuffer.wrap("back".getBytes(StandardCharsets.US_ASCII)));
        });
        phone.connect(4000, WEB, new TcpHandler() {
            @Override
            public void onConnected(TcpConnection connection) {
                connection.send(ByteBuffer.wrap("forth".getBytes(StandardCharsets.US_ASCII)));
            }

            @Override
            public void onData(TcpConnection connection, ByteBuffer data) {
                heard.add("phone read " + StandardCharsets.US_ASCII.decode(data));
            }
        });
        phone.openEcho(7, (now, from, reply) -> heard.add("phone got a reply of " + from))
                .send(WEB.ip(), 1, bytes(8), IpFields.PLAIN);
        net.runUntil(SECOND);

        assertThat(heard)
                .containsExactlyInAnyOrder(
                        "web read forth of 198.51.100.1:4000", "phone read back", "phone got a reply of 203.0.113.80");
    }

    /** RFC 7915 section 4: IPv6 is not cut on its way, so the NAT64 cuts what came in IPv4 and may be. */
    @Test
    void longDatagramOfIpv4ComesInInPartsOf1280Bytes() {
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        phone.line().change(Link.both(LinkConditions.builder().mtu(1280).build()));
        UdpPort at = open(phone, phone.ip(), 5000);
        UdpPort server = open(web, web.ip(), 80);
        at.send(TransportAddress.of(phone.written(WEB.ip()), 80), bytes(1));
        net.runUntil(SECOND);

        server.send(TransportAddress.of(EXTERNAL, 5000), bytes(3000));
        server.send(TransportAddress.of(EXTERNAL, 5000), bytes(1400), IpFields.PLAIN.withDontFragment(true));
        net.runUntil(2 * SECOND);

        assertThat(heard)
                .containsExactly(
                        "web heard 1 B of 198.51.100.1:5000",
                        "phone heard 3000 B of [64:ff9b::cb00:7150]:80",
                        "web was told too big of 198.51.100.1:5000 1260");
    }

    @Test
    void hostOfIpv6LearnsThatALineOfIpv4TakesLess() {
        nat64(
                NatBehaviour.fullCone(),
                Nat64Prefix.WELL_KNOWN,
                Link.both(LinkConditions.builder().mtu(1400).build()));
        UdpPort at = open(phone, phone.ip(), 5000);
        open(web, web.ip(), 80);
        TransportAddress made = TransportAddress.of(phone.written(WEB.ip()), 80);

        at.send(made, bytes(1390));
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("phone was told too big of [64:ff9b::cb00:7150]:80 1420");
        assertThat(phone.pathMtu(made.ip())).isEqualTo(1420);
        at.send(made, bytes(1390)); // in parts now
        net.runUntil(2 * SECOND);
        assertThat(heard).last().isEqualTo("web heard 1390 B of 198.51.100.1:5000");
    }

    @Test
    void longDatagramOfAProgramThatSpeaksIpv4IsCutBeforeItIsTranslated() {
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        phone.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN);
        assertThat(phone.pathMtu(WEB.ip())).isEqualTo(phone.line().mtuUp() - 20);
        phone.line().change(Link.both(LinkConditions.builder().mtu(1300).build()));
        UdpPort at = open(phone, phone.ip(), 5000);
        open(web, web.ip(), 80);

        assertThat(at.send(WEB, bytes(2000))).isTrue();
        assertThat(at.send(WEB, bytes(1260), IpFields.PLAIN.withDontFragment(true)))
                .isFalse();
        net.runUntil(SECOND);

        assertThat(heard).containsExactly("web heard 2000 B of 198.51.100.1:5000");
    }

    @Test
    void whySaysWhatBecameOfPacketsToAnAddressThatHasThePrefix() {
        nat64(NatBehaviour.symmetric(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        UdpPort at = open(phone, phone.ip(), 5000);
        at.send(TransportAddress.of(phone.written(WEB.ip()), 80), bytes(1));
        UdpPort server = open(web, web.ip(), 81);
        server.send(TransportAddress.of(EXTERNAL, 5000), bytes(1));
        net.runUntil(SECOND);

        assertThat(net.why(phone, web).sentence())
                .contains("no socket: nobody listens at 203.0.113.80:80")
                .contains("no mapping: nobody inside has :5000, to which 203.0.113.80:81 sent");
    }

    @Test
    void otherIpv6HasARouterOfItsOwnOrNone() {
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        Host six = net.host("six", net.internet(), IpAddress.parse("2001:db8:f::6"), Link.PERFECT);
        UdpPort at = open(phone, phone.ip(), 5000);
        UdpPort server = open(six, six.ip(), 80);
        at.send(server.address(), bytes(1));
        net.runUntil(SECOND);
        assertThat(net.why(phone, six).sentence()).contains("no route: nobody has 2001:db8:f::6 in home");

        net.firewall(
                "router", home, net.internet(), NatBehaviour.open(), IpPrefix.parse("2001:db8:64::/64"), Link.PERFECT);
        at.send(server.address(), bytes(2));
        net.runUntil(2 * SECOND);
        assertThat(heard).containsExactly("six heard 2 B of [2001:db8:64::2]:5000");
        assertThatThrownBy(() -> nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT))
                .hasMessageContaining("already");
    }

    @Test
    void membersThatAreKeptApartReachTheNat64() {
        home.isolateMembers();
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        open(phone, phone.ip(), 5000).send(TransportAddress.of(phone.written(WEB.ip()), 80), bytes(1));
        open(web, web.ip(), 80);
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("web heard 1 B of 198.51.100.1:5000");
    }

    @Test
    void routerThatChangesKeepsItsPrefix() {
        Router router = nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        router.changeBehaviour(NatBehaviour.symmetric());
        assertThat(router.nat64Prefix()).isEqualTo(Nat64Prefix.WELL_KNOWN);
        assertThatThrownBy(() -> router.changeExternal(IpAddress.parse("2001:db8::9")))
                .hasMessage("nat64 is a NAT64, whose addresses outside are IPv4");
        router.changeExternal(IpAddress.parse("198.51.100.9"));
        assertThat(router.external()).isEqualTo(IpAddress.parse("198.51.100.9"));
    }

    @Test
    void hostThatRoamsNoLongerSpeaksIpv4() {
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        phone.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN);
        phone.roam(net.internet(), IpAddress.parse("203.0.113.7"), Link.PERFECT);
        open(web, web.ip(), 80);
        open(phone, phone.ip(), 5000).send(WEB, bytes(1));
        net.runUntil(SECOND);
        assertThat(heard).containsExactly("web heard 1 B of 203.0.113.7:5000");
        assertThatThrownBy(() -> web.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN))
                .hasMessage("web has no IPv6 address to speak IPv4 from");
    }

    /** A router between the host and the NAT64 has no IPv4 address to report from (RFC 6791). */
    @Test
    void errorOfARouterOfIpv6IsToldToTheProgramThatSpeaksIpv4() {
        Zone inner = net.zone("inner");
        net.firewall(
                "inner router", inner, home, NatBehaviour.open(), IpPrefix.parse("2001:db8:65::/64"), Link.PERFECT);
        nat64(NatBehaviour.fullCone(), Nat64Prefix.WELL_KNOWN, Link.PERFECT);
        Host deep = net.host("deep", inner, IpAddress.parse("2001:db8:65::2"), Link.PERFECT);
        deep.speakIpv4(CLAT, Nat64Prefix.WELL_KNOWN);
        open(deep, deep.ip(), 5000).send(WEB, bytes(1), IpFields.PLAIN.withTtl(1));
        net.runUntil(SECOND);
        assertThat(heard)
                .containsExactly("deep was told " + IcmpReason.HOPS_EXHAUSTED.label() + " of 203.0.113.80:80 0");
    }
}
