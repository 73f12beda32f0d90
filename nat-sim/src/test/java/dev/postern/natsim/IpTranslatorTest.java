package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.IpFields.Fragment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets of one IP version in the other (RFC 7915). */
class IpTranslatorTest {

    private static final String A4 = "198.51.100.1:5000";
    private static final String B4 = "203.0.113.10:3478";
    private static final String A6 = "[64:ff9b::c633:6401]:5000";
    private static final String B6 = "[64:ff9b::cb00:710a]:3478";

    private final IpTranslator translator = IpTranslator.of(Nat64Prefix.WELL_KNOWN);

    @Test
    void addressesAndPortsAndContentAreTheSameInBoth() {
        IpFields fields = IpFields.PLAIN.withTtl(7).withDscpAndEcn(46, 1);
        Packet packet6 = udp(A6, B6).with(fields);
        Packet packet4 = udp(A4, B4).with(fields);
        assertThat(translator.toIpv4(packet6)).isEqualTo(packet4);
        assertThat(translator.toIpv6(packet4)).isEqualTo(packet6);
        assertThat(packet6.ipBytes() - packet4.ipBytes()).isEqualTo(20);

        Content.Tcp segment = new Content.Tcp(Content.Tcp.SYN, 7, 0, 1000, ByteBuffer.allocate(0));
        assertThat(translator.toIpv4(Packet.tcp(at(A6), at(B6), segment)))
                .isEqualTo(Packet.tcp(at(A4), at(B4), segment));
        ByteBuffer data = ByteBuffer.allocate(9);
        assertThat(translator.toIpv6(Packet.echoRequest(at(A4), ip("203.0.113.10"), 3, data)))
                .isEqualTo(Packet.echoRequest(at(A6), ip("64:ff9b::cb00:710a"), 3, data));
        assertThat(translator.toIpv4(Packet.echoReply(ip("64:ff9b::cb00:710a"), at(A6), 3, data)))
                .isEqualTo(Packet.echoReply(ip("203.0.113.10"), at(A4), 3, data));
    }

    @Test
    void addressWithoutThePrefixIsNobodyInIpv4() {
        assertThat(translator.toIpv4(udp("[2001:db8::2]:5000", B6))).isNull();
        assertThat(translator.toIpv4(udp(A6, "[2001:db8::2]:5000"))).isNull();
        assertThat(translator.toIpv4(Packet.error(
                        ip("64:ff9b::cb00:710a"), IcmpReason.PORT_UNREACHABLE, udp(A6, "[2001:db8::2]:5000"))))
                .isNull();
    }

    /** Section 5.1: what every line of IPv6 takes whole may be cut in IPv4, and nothing longer. */
    @ParameterizedTest
    @CsvSource({"1232, false", "1233, true"})
    void longPacketIsNotCutInIpv4(int payloadBytes, boolean dontFragment) {
        Packet packet = Objects.requireNonNull(
                translator.toIpv4(Packet.udp(at(A6), at(B6), ByteBuffer.allocate(payloadBytes))));
        assertThat(packet.ipBytes()).isEqualTo(payloadBytes + 28);
        assertThat(packet.ip().dontFragment()).isEqualTo(dontFragment);
    }

    @Test
    void partsOfADatagramStayParts() {
        Fragment part = new Fragment(0x1_2345, 8, 16, true);
        IpFields fields = IpFields.PLAIN.withFragment(part);
        Packet packet = Objects.requireNonNull(translator.toIpv4(udp(A6, B6).with(fields)));
        assertThat(packet.ip().fragment()).isEqualTo(new Fragment(0x2345, 8, 16, true));
        assertThat(packet.ip().dontFragment()).isFalse();
        assertThat(translator.toIpv6(udp(A4, B4).with(fields)))
                .isEqualTo(udp(A6, B6).with(fields));
    }

    /** Section 4.5: IPv6 demands a checksum. */
    @Test
    void datagramWithoutChecksumGetsOneUnlessItIsInParts() {
        Packet bare = udp(A4, B4).with(new Content.Udp(ByteBuffer.allocate(32), false));
        assertThat(translator.toIpv6(bare)).isEqualTo(udp(A6, B6));
        Packet part = bare.with(IpFields.PLAIN.withFragment(new Fragment(1, 0, 16, true)));
        assertThat(translator.toIpv6(part)).isNull();
        assertThat(translator.toIpv6(Packet.error(ip("203.0.113.10"), IcmpReason.PORT_UNREACHABLE, part)))
                .isNotNull();
    }

    /** Sections 4.2 and 5.2. */
    @ParameterizedTest
    @CsvSource({
        "NO_ROUTE, NO_ROUTE, HOST_UNREACHABLE",
        "HOST_UNREACHABLE, NO_ROUTE, HOST_UNREACHABLE",
        "PROTOCOL_UNREACHABLE, PROTOCOL_UNREACHABLE, PROTOCOL_UNREACHABLE",
        "PORT_UNREACHABLE, PORT_UNREACHABLE, PORT_UNREACHABLE",
        "ADMINISTRATIVELY_PROHIBITED, ADMINISTRATIVELY_PROHIBITED, ADMINISTRATIVELY_PROHIBITED",
        "HOPS_EXHAUSTED, HOPS_EXHAUSTED, HOPS_EXHAUSTED",
        "REASSEMBLY_TIMEOUT, REASSEMBLY_TIMEOUT, REASSEMBLY_TIMEOUT"
    })
    void errorSaysTheSameOfThePacketThatItQuotes(IcmpReason reason, IcmpReason inIpv6, IcmpReason inIpv4) {
        assertThat(translator.toIpv6(Packet.error(ip("203.0.113.10"), reason, udp(A4, B4))))
                .isEqualTo(Packet.error(ip("64:ff9b::cb00:710a"), inIpv6, udp(A6, B6)));
        assertThat(translator.toIpv4(Packet.error(ip("64:ff9b::cb00:710a"), reason, udp(A6, B6))))
                .isEqualTo(Packet.error(ip("203.0.113.10"), inIpv4, udp(A4, B4)));
    }

    @ParameterizedTest
    @CsvSource({"1400, 1420", "1260, 1280", "600, 1280"})
    void mtuIsAsMuchLongerAsTheHeaderOfIpv6(int mtu, int inIpv6) {
        assertThat(translator.toIpv6(Packet.tooBig(ip("203.0.113.10"), mtu, udp(A4, B4))))
                .isEqualTo(Packet.tooBig(ip("64:ff9b::cb00:710a"), inIpv6, udp(A6, B6)));
        assertThat(translator.toIpv4(Packet.tooBig(ip("64:ff9b::cb00:710a"), inIpv6, udp(A6, B6))))
                .isEqualTo(Packet.tooBig(ip("203.0.113.10"), inIpv6 - 20, udp(A4, B4)));
        assertThat(IpTranslator.mtuBefore(udp(A6, B6), udp(A4, B4), mtu)).isEqualTo(inIpv6);
        assertThat(IpTranslator.mtuBefore(udp(A4, B4), udp(A6, B6), inIpv6)).isEqualTo(inIpv6 - 20);
        assertThat(IpTranslator.mtuBefore(udp(A4, B4), udp(A4, B4), mtu)).isEqualTo(mtu);
    }
}
