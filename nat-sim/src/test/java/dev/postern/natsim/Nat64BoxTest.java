package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.natsim.Content.IcmpError;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The NAT64 (RFC 6146): it decides as the NAT whose behaviour it has, and speaks IPv6 inside. */
class Nat64BoxTest {

    private static final long SECOND = 1_000_000_000;
    private static final IpAddress EXTERNAL = ip("198.51.100.1");
    private static final Nat64Prefix PREFIX = Nat64Prefix.WELL_KNOWN;
    private static final String HOST = "[2001:db8::2]:5000";
    private static final String REMOTE = "203.0.113.10:80";

    private static NatBox nat64(NatBehaviour behaviour) {
        return NatBox.nat64(behaviour, PREFIX, List.of(EXTERNAL), new Random(1));
    }

    /** An IPv4 address and port as inside hosts write it. */
    private static TransportAddress written(TransportAddress ipv4) {
        return TransportAddress.of(PREFIX.embed(ipv4.ip()), ipv4.port());
    }

    private static Packet towards(String ipv4) {
        return Packet.udp(at(HOST), written(at(ipv4)), ByteBuffer.allocate(32));
    }

    // ---- the same decisions as those of a NAT of IPv4

    static Stream<Arguments> behaviours() {
        List<Arguments> all = new ArrayList<>();
        for (Mapping mapping : Mapping.values()) {
            for (Filtering filtering : Filtering.values()) {
                for (PortAllocation ports : PortAllocation.values()) {
                    all.add(Arguments.of(mapping, filtering, ports));
                }
            }
        }
        return all.stream();
    }

    /** The same packets, from the same inside hosts by another name, at the same times, with the same random numbers. */
    @ParameterizedTest
    @MethodSource("behaviours")
    void decidesAsTheNatOfThatBehaviour(Mapping mapping, Filtering filtering, PortAllocation ports) {
        long seed = 0;
        for (Hairpin hairpin : Hairpin.values()) {
            NatBehaviour behaviour = NatBehaviour.builder("both", mapping, filtering)
                    .ports(ports)
                    .hairpin(hairpin)
                    .maxMappings(6)
                    .idleLifetime(Duration.ofSeconds(40))
                    .unsolicitedSyn(UnsolicitedSyn.ICMP_AFTER_WAIT)
                    .build();
            Both both = new Both(behaviour, new Random(seed++));
            for (int i = 0; i < 300; i++) {
                both.step();
            }
            assertThat(both.passed).isGreaterThan(20);
            assertThat(both.dropped).isGreaterThan(20);
        }
    }

    /** A NAT and a NAT64 that get the same packets. */
    private static final class Both {

        private final NatBox nat;
        private final NatBox nat64;
        private final Random random;
        private long nowNanos;
        private int passed;
        private int dropped;

        Both(NatBehaviour behaviour, Random random) {
            this.nat = new NatBox(behaviour, EXTERNAL, new Random(5));
            this.nat64 = NatBox.nat64(behaviour, PREFIX, List.of(EXTERNAL), new Random(5));
            this.random = random;
        }

        void step() {
            nowNanos += random.nextInt(8) * SECOND;
            TransportAddress inside =
                    TransportAddress.of(ip("10.0.0." + (2 + random.nextInt(2))), 5000 + random.nextInt(2));
            TransportAddress remote =
                    TransportAddress.of(ip("203.0.113." + (10 + random.nextInt(2))), 80 + random.nextInt(2));
            TransportAddress own = TransportAddress.of(EXTERNAL, anyExternalPort());
            switch (random.nextInt(4)) {
                case 0, 1 -> outbound(packet(inside, remote));
                case 2 -> inbound(packet(remote, own));
                default -> outbound(packet(inside, own));
            }
            assertThat(nat64.table(nowNanos).rows())
                    .extracting(NatTable.Row::external, NatTable.Row::destination)
                    .isEqualTo(nat.table(nowNanos).rows().stream()
                            .map(row -> tuple(row.external(), row.destination()))
                            .toList());
            assertThat(nat64.nextDueNanos()).isEqualTo(nat.nextDueNanos());
            assertThat(nat64.due(nowNanos)).isEqualTo(nat.due(nowNanos));
        }

        private int anyExternalPort() {
            List<NatTable.Row> rows = nat.table(nowNanos).rows();
            return rows.isEmpty() || random.nextInt(4) == 0
                    ? 5000
                    : rows.get(random.nextInt(rows.size())).external().port();
        }

        private Packet packet(TransportAddress from, TransportAddress to) {
            ByteBuffer data = ByteBuffer.allocate(8);
            return switch (random.nextInt(5)) {
                case 0 -> Packet.tcp(from, to, Content.Tcp.of(Content.Tcp.SYN, 1, 0));
                case 1 -> Packet.tcp(from, to, Content.Tcp.of(Content.Tcp.ACK, 2, 1));
                case 2 -> Packet.error(from.ip(), IcmpReason.PORT_UNREACHABLE, Packet.udp(to, from, data));
                default -> Packet.udp(from, to, data);
            };
        }

        private void outbound(Packet packet) {
            compare(nat.outbound(packet, nowNanos), nat64.outbound(inside6(packet), nowNanos));
        }

        private void inbound(Packet packet) {
            compare(nat.inbound(packet, nowNanos), nat64.inbound(packet, nowNanos));
        }

        private void compare(Verdict verdict, Verdict verdict64) {
            if (verdict instanceof Verdict.Forward forward) {
                passed++;
                Packet expected = forward.to() == Side.INSIDE ? inside6(forward.packet()) : forward.packet();
                assertThat(verdict64).isEqualTo(new Verdict.Forward(expected, forward.to(), forward.reason()));
            } else {
                dropped++;
                assertThat(verdict64).isInstanceOf(Verdict.Drop.class);
                assertThat(((Verdict.Drop) verdict64).reason()).isEqualTo(((Verdict.Drop) verdict).reason());
            }
        }

        private static Packet inside6(Packet packet) {
            Content content = packet.content();
            if (content instanceof IcmpError error) {
                content = new IcmpError(error.reason(), error.mtu(), inside6(error.quoted()));
            }
            return new Packet(packet.ip(), inside6(packet.source()), inside6(packet.destination()), content);
        }

        /** 10.0.0.2 is 2001:db8::2 behind the NAT64, and everybody else has the prefix. */
        private static TransportAddress inside6(TransportAddress address) {
            String ip = address.ip().toString();
            return ip.startsWith("10.0.0.")
                    ? TransportAddress.of(ip("2001:db8::" + ip.substring("10.0.0.".length())), address.port())
                    : written(address);
        }
    }

    // ---- what only a NAT64 does

    @Test
    void mappingIsFromIpv6ToIpv4() {
        NatBox nat = nat64(NatBehaviour.portRestricted());
        assertThat(nat.outbound(towards(REMOTE), 0))
                .isEqualTo(new Verdict.Forward(udp("198.51.100.1:5000", REMOTE), Side.OUTSIDE, PassReason.NEW_MAPPING));
        Verdict answer = nat.inbound(udp(REMOTE, "198.51.100.1:5000"), 0);
        assertThat(((Verdict.Forward) answer).packet())
                .isEqualTo(Packet.udp(written(at(REMOTE)), at(HOST), ByteBuffer.allocate(32)));
        assertThat(nat.table(0).rows())
                .containsExactly(new NatTable.Row(IpProtocol.UDP, at(HOST), at("198.51.100.1:5000"), at(REMOTE)));
        assertThat(nat.externals()).containsExactly(EXTERNAL);
        assertThat(nat.nat64Prefix()).isEqualTo(PREFIX);
    }

    @Test
    void refusalNamesTheAddressesThatThePacketHas() {
        NatBox nat = nat64(NatBehaviour.of(Mapping.EIM, Filtering.APDF));
        nat.outbound(towards(REMOTE), 0);
        assertThat(nat.inbound(udp("203.0.113.66:4000", "198.51.100.1:5000"), 0))
                .isEqualTo(new Verdict.Drop(
                        DropReason.FILTERED, "APDF: 203.0.113.66:4000 never contacted from mapping :5000"));
        assertThat(nat.inbound(udp(REMOTE, "198.51.100.1:7"), 0).sentence())
                .isEqualTo("no mapping: nobody inside has :7, to which 203.0.113.10:80 sent");
        assertThat(nat.inbound(udp(REMOTE, "198.51.100.9:7"), 0).sentence())
                .isEqualTo("not ours: 198.51.100.9:7 is not an address of this NAT");
    }

    private static void isUntranslatable(Verdict verdict, String why) {
        assertThat(verdict).isEqualTo(new Verdict.Drop(DropReason.NOT_TRANSLATABLE, "not translatable: " + why));
    }

    @Test
    void whatCannotBeSaidInTheOtherVersionIsDroppedWithAReason() {
        NatBox nat = nat64(NatBehaviour.fullCone());
        isUntranslatable(
                nat.outbound(udp(HOST, "[2001:db8:f::1]:80"), 0),
                "2001:db8:f::1 does not begin with 64:ff9b::/96, so it is nobody in IPv4");
        isUntranslatable(
                nat.outbound(udp("[64:ff9b::a00:1]:1", "[64:ff9b::cb00:710a]:80"), 0),
                "64:ff9b::a00:1 begins with 64:ff9b::/96, as only those outside may");
        isUntranslatable(
                nat.outbound(towards("10.0.0.1:80"), 0),
                "10.0.0.1 is not on the internet, and 64:ff9b::/96 is only for what is");
        isUntranslatable(
                nat.inbound(udp("[2001:db8:f::1]:80", HOST), 0),
                "a NAT64 takes no IPv6 from outside: " + udp("[2001:db8:f::1]:80", HOST));
        assertThat(nat.mappings(0)).isZero();
    }

    @Test
    void errorOfARouterOutsideComesInWithTheMtuOfIpv6() {
        NatBox nat = nat64(NatBehaviour.portRestricted());
        Packet sent = ((Verdict.Forward) nat.outbound(towards(REMOTE), 0)).packet();
        Verdict verdict = nat.inbound(Packet.tooBig(ip("192.0.2.9"), 1400, sent), 0);
        assertThat(((Verdict.Forward) verdict).packet())
                .isEqualTo(new Packet(
                        TransportAddress.of(PREFIX.embed(ip("192.0.2.9")), 0),
                        TransportAddress.of(at(HOST).ip(), 0),
                        new IcmpError(IcmpReason.TOO_BIG, 1420, towards(REMOTE))));
    }

    @Test
    void errorOfAnInsideHostGoesOutFromTheExternalAddress() {
        NatBox nat = nat64(NatBehaviour.fullCone());
        nat.outbound(towards(REMOTE), 0);
        Packet came = ((Verdict.Forward) nat.inbound(udp(REMOTE, "198.51.100.1:5000"), 0)).packet();
        Verdict verdict = nat.outbound(Packet.error(at(HOST).ip(), IcmpReason.PORT_UNREACHABLE, came), 0);
        assertThat(((Verdict.Forward) verdict).packet())
                .isEqualTo(Packet.error(EXTERNAL, IcmpReason.PORT_UNREACHABLE, udp(REMOTE, "198.51.100.1:5000")));
    }

    @Test
    void rebootForgetsAndAnotherAddressIsOfIpv4() {
        NatBox nat = nat64(NatBehaviour.fullCone());
        nat.outbound(towards(REMOTE), 0);
        nat.readdress(List.of(ip("198.51.100.7")));
        assertThat(nat.mappings(0)).isZero();
        assertThat(((Verdict.Forward) nat.outbound(towards(REMOTE), 0)).packet().source())
                .isEqualTo(at("198.51.100.7:5000"));
        assertThatThrownBy(() -> nat.readdress(List.of(ip("2001:db8::7"))))
                .hasMessage("full cone: a NAT64 has IPv4 addresses outside, not [2001:db8::7]");
        NatBox other = nat.become(NatBehaviour.symmetric(), new Random(1));
        assertThat(other.nat64Prefix()).isEqualTo(PREFIX);
        assertThat(other.externals()).containsExactly(ip("198.51.100.7"));
    }

    @Test
    void natThatTranslatesNoPortsIsNone() {
        assertThatThrownBy(() -> nat64(NatBehaviour.open())).hasMessage("open: a NAT64 rewrites addresses and ports");
    }
}
