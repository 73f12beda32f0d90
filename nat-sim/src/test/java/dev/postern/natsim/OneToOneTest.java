package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpPrefix;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NATs that translate addresses and leave ports alone, in IPv4 and IPv6, and IPv6 behind NATs and firewalls that do not. */
class OneToOneTest {

    private static final String REMOTE = "198.51.100.1:80";
    private static final String REMOTE_IPV6 = "[2001:db8:ff::1]:80";

    private static NatBehaviour oneToOne(Filtering filtering, Hairpin hairpin) {
        return NatBehaviour.builder("1:1", Mapping.EIM, filtering)
                .rewrites(Rewrites.ADDRESSES)
                .hairpin(hairpin)
                .build();
    }

    @Test
    void eachInsideHostHasAnAddressOfItsOwnUntilNoneIsLeft() {
        NatBox nat = pool(oneToOne(Filtering.EIF, Hairpin.NONE));

        assertThat(source(nat, "10.0.0.2:5000")).isEqualTo("203.0.113.1:5000");
        assertThat(source(nat, "10.0.0.3:5000")).isEqualTo("203.0.113.2:5000");
        assertThat(source(nat, "10.0.0.2:6000")).isEqualTo("203.0.113.1:6000");
        assertThat(nat.outbound(udp("10.0.0.4:5000", REMOTE), 0).sentence())
                .isEqualTo("addresses exhausted: none left for 10.0.0.4");
    }

    @Test
    void withoutAFilterAnybodyReachesAnyPort() {
        NatBox nat = pool(oneToOne(Filtering.EIF, Hairpin.NONE));
        assertThat(nat.inbound(udp(REMOTE, "203.0.113.1:9"), 0).sentence())
                .isEqualTo("no mapping: 203.0.113.1 stands for nobody inside yet, to which 198.51.100.1:80 sent");
        source(nat, "10.0.0.2:5000");

        assertThat(nat.inbound(udp("198.51.100.9:9", "203.0.113.1:9"), 0))
                .isEqualTo(new Verdict.Forward(udp("198.51.100.9:9", "10.0.0.2:9"), Side.INSIDE, PassReason.STATELESS));
    }

    @Test
    void withAFilterOnlyContactsDo() {
        NatBox nat = pool(oneToOne(Filtering.APDF, Hairpin.NONE));
        source(nat, "10.0.0.2:5000");

        assertThat(nat.inbound(udp(REMOTE, "203.0.113.1:5000"), 0)).isInstanceOf(Verdict.Forward.class);
        assertThat(nat.inbound(udp("198.51.100.9:9", "203.0.113.1:5000"), 0).sentence())
                .isEqualTo("APDF: 198.51.100.9:9 never contacted from 203.0.113.1:5000");
    }

    @Test
    void hairpinWorksWithoutStateToo() {
        NatBox nat = pool(oneToOne(Filtering.EIF, Hairpin.EXTERNAL_SOURCE));
        source(nat, "10.0.0.2:5000");
        source(nat, "10.0.0.3:6000");

        assertThat(nat.outbound(udp("10.0.0.2:5000", "203.0.113.2:6000"), 0))
                .isEqualTo(new Verdict.Forward(
                        udp("203.0.113.1:5000", "10.0.0.3:6000"), Side.INSIDE, PassReason.STATELESS));
    }

    @Test
    void errorsAreTranslatedWithoutStateToo() {
        NatBox nat = pool(oneToOne(Filtering.EIF, Hairpin.NONE));
        source(nat, "10.0.0.2:5000");
        Packet outside = Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, udp("203.0.113.1:5000", REMOTE));
        Packet inside = Packet.error(ip("10.0.0.2"), IcmpReason.PORT_UNREACHABLE, udp(REMOTE, "10.0.0.2:5000"));

        assertThat(((Verdict.Forward) nat.inbound(outside, 0)).packet())
                .isEqualTo(Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, udp("10.0.0.2:5000", REMOTE)));
        assertThat(((Verdict.Forward) nat.outbound(inside, 0)).packet())
                .isEqualTo(
                        Packet.error(ip("203.0.113.1"), IcmpReason.PORT_UNREACHABLE, udp(REMOTE, "203.0.113.1:5000")));
    }

    @Test
    void errorsAreDroppedWithoutStateTooWhereTheNatIsLikeThat() {
        NatBox nat = pool(oneToOne(Filtering.EIF, Hairpin.NONE).toBuilder()
                .icmpErrors(IcmpErrors.DROPPED)
                .build());
        source(nat, "10.0.0.2:5000");
        Packet error = Packet.error(ip("192.0.2.9"), IcmpReason.PORT_UNREACHABLE, udp("203.0.113.1:5000", REMOTE));

        assertThat(nat.inbound(error, 0)).isInstanceOf(Verdict.Drop.class);
    }

    private record Prefixes(String inside, String outside, String host, String translated) {}

    static Stream<Prefixes> prefixes() {
        return Stream.of(
                // the example of RFC 6296 section 3.6
                new Prefixes("fd01:203:405::/48", "2001:db8:1::/48", "fd01:203:405:1::1234", "2001:db8:1:d550::1234"),
                new Prefixes("fd00:0:0:1::/64", "2001:db8:1:2::/64", "fd00:0:0:1::5", "2001:db8:1:2:cf45::5"));
    }

    @ParameterizedTest
    @MethodSource("prefixes")
    @DisplayName("RFC 6296: one prefix stands for another, checksums stay right, and ports stay as they are")
    void prefixStandsForAnother(Prefixes expected) {
        NatBox nat = NatBox.prefixes(
                oneToOne(Filtering.EIF, Hairpin.NONE),
                IpPrefix.parse(expected.inside()),
                IpPrefix.parse(expected.outside()));
        String inside = "[" + expected.host() + "]:5000";
        String outside = "[" + expected.translated() + "]:5000";

        assertThat(nat.outbound(udp(inside, REMOTE_IPV6), 0))
                .isEqualTo(new Verdict.Forward(udp(outside, REMOTE_IPV6), Side.OUTSIDE, PassReason.STATELESS));
        assertThat(nat.inbound(udp(REMOTE_IPV6, outside), 0))
                .isEqualTo(new Verdict.Forward(udp(REMOTE_IPV6, inside), Side.INSIDE, PassReason.STATELESS));
        assertThat(checksum(inside)).isEqualTo(checksum(outside));
    }

    private static int checksum(String address) {
        int sum = 0;
        byte[] bytes = at(address).ip().toInetAddress().getAddress();
        for (int i = 0; i < bytes.length; i += 2) {
            sum += ((bytes[i] & 0xFF) << 8) | (bytes[i + 1] & 0xFF);
        }
        return (sum & 0xFFFF) + (sum >>> 16);
    }

    @Test
    void prefixesThatDoNotFitAreRefusedInOneSentence() {
        assertThatThrownBy(() -> NatBox.prefixes(
                        oneToOne(Filtering.EIF, Hairpin.NONE),
                        IpPrefix.parse("fd00::/48"),
                        IpPrefix.parse("2001:db8::/56")))
                .hasMessage("fd00::/48 and 2001:db8::/56 must be IPv6 prefixes of one length, of at most 64 bits");
        assertThatThrownBy(() -> NatBox.prefixes(
                        NatBehaviour.fullCone(), IpPrefix.parse("fd00::/48"), IpPrefix.parse("2001:db8::/48")))
                .hasMessage("full cone: a prefix stands for addresses, not for ports");
    }

    @Test
    void ipv6FirewallKeepsAddressesAndRefusesStrangers() {
        NatBox firewall = new NatBox(NatBehaviour.statefulFirewall(), ip("2001:db8:1::"), new Random(1));
        firewall.outbound(udp("[2001:db8:1::2]:5000", REMOTE_IPV6), 0);

        assertThat(firewall.inbound(udp(REMOTE_IPV6, "[2001:db8:1::2]:5000"), 0))
                .isInstanceOf(Verdict.Forward.class);
        assertThat(firewall.inbound(udp("[2001:db8:ff::2]:80", "[2001:db8:1::2]:5000"), 0)
                        .sentence())
                .isEqualTo("APDF: [2001:db8:ff::2]:80 never contacted from [2001:db8:1::2]:5000");
    }

    @Test
    @DisplayName("RFC 4787 REQ-9: a hairpin may apply the filter or not")
    void hairpinMayGoRoundTheFilter() {
        for (boolean filtered : List.of(true, false)) {
            NatBox nat = new NatBox(
                    NatBehaviour.of(Mapping.EIM, Filtering.APDF).toBuilder()
                            .hairpin(Hairpin.EXTERNAL_SOURCE)
                            .hairpinFiltered(filtered)
                            .build(),
                    ip("203.0.113.1"),
                    new Random(1));
            nat.outbound(udp("10.0.0.3:6000", REMOTE), 0);
            Verdict verdict = nat.outbound(udp("10.0.0.2:5000", "203.0.113.1:6000"), 0);

            assertThat(verdict instanceof Verdict.Forward).isEqualTo(!filtered);
        }
    }

    private static NatBox pool(NatBehaviour behaviour) {
        return new NatBox(behaviour, List.of(ip("203.0.113.1"), ip("203.0.113.2")), new Random(1));
    }

    private static String source(NatBox nat, String from) {
        return ((Verdict.Forward) nat.outbound(udp(from, REMOTE), 0))
                .packet()
                .source()
                .toString();
    }
}
