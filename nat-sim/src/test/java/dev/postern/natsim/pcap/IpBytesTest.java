package dev.postern.natsim.pcap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.IpTranslator;
import dev.postern.natsim.Nat64Prefix;
import dev.postern.natsim.Packet;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets as bytes: lengths, fields and checksums as a receiver checks them. */
class IpBytesTest {

    private static final TransportAddress A4 = TransportAddress.parse("10.0.0.2:5000");
    private static final TransportAddress B4 = TransportAddress.parse("203.0.113.10:3478");
    private static final TransportAddress A6 = TransportAddress.parse("[2001:db8::2]:5000");
    private static final TransportAddress B6 = TransportAddress.parse("[2001:db8:ffff::10]:3478");
    private static final ByteBuffer ODD = ByteBuffer.wrap(new byte[] {1, (byte) 0xFF, 3, (byte) 0x80, 5});

    static Stream<Packet> packets() {
        Content.Tcp segment = new Content.Tcp(Content.Tcp.PSH | Content.Tcp.ACK, 4_000_000_000L, 7, 1000, ODD);
        Packet udp4 = Packet.udp(A4, B4, ODD);
        Packet udp6 = Packet.udp(A6, B6, ODD);
        IpTranslator nat64 = IpTranslator.of(Nat64Prefix.WELL_KNOWN);
        Packet translated = Objects.requireNonNull(nat64.toIpv6(Packet.tcp(A4, B4, segment)));
        return Stream.of(
                udp4,
                udp6,
                translated,
                Objects.requireNonNull(nat64.toIpv4(translated)),
                Objects.requireNonNull(nat64.toIpv6(udp4)),
                Objects.requireNonNull(nat64.toIpv6(Packet.echoRequest(A4, B4.ip(), 3, ODD))),
                Objects.requireNonNull(nat64.toIpv6(Packet.error(B4.ip(), IcmpReason.NO_ROUTE, udp4))),
                Packet.udp(A4, B4, ByteBuffer.allocate(0)),
                Packet.tcp(A4, B4, segment),
                Packet.tcp(A6, B6, segment),
                Packet.tcp(B4, A4, Content.Tcp.of(Content.Tcp.SYN | Content.Tcp.ACK, 1, 2)),
                Packet.echoRequest(A4, B4.ip(), 3, ODD),
                Packet.echoReply(B4.ip(), A4, 3, ODD),
                Packet.echoRequest(A6, B6.ip(), 3, ODD),
                Packet.echoReply(B6.ip(), A6, 3, ODD),
                Packet.error(B4.ip(), IcmpReason.PORT_UNREACHABLE, udp4),
                Packet.tooBig(B4.ip(), 1200, Packet.udp(A4, B4, ByteBuffer.allocate(1400))),
                Packet.error(B6.ip(), IcmpReason.HOPS_EXHAUSTED, udp6),
                Packet.tooBig(B6.ip(), 1280, Packet.udp(A6, B6, ByteBuffer.allocate(1400))));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void lengthsAndChecksumsAreRight(Packet packet) {
        byte[] bytes = IpBytes.of(packet, 0x1_0007);
        ByteBuffer view = ByteBuffer.wrap(bytes);
        boolean ipv4 = bytes[0] >> 4 == 4;
        int header = ipv4 ? 20 : 40;

        assertThat(bytes).hasSize(packet.ipBytes());
        assertThat(ipv4 ? view.getShort(2) : view.getShort(4))
                .isEqualTo((short) (ipv4 ? bytes.length : bytes.length - 40));
        if (ipv4) {
            assertThat(sum(bytes, 0, 20, 0)).as("header checksum").isEqualTo(0xFFFF);
            assertThat(view.getShort(4)).isEqualTo((short) 7);
        }
        int protocol = bytes[ipv4 ? 9 : 6];
        int length = bytes.length - header;
        long pseudo = protocol == 1 ? 0 : sum(bytes, ipv4 ? 12 : 8, ipv4 ? 8 : 32, protocol + length);
        assertThat(sum(bytes, header, length, pseudo))
                .as("checksum of protocol " + protocol)
                .isEqualTo(0xFFFF);
    }

    @Test
    void udpInIpv4ByteForByte() {
        Packet packet = Packet.udp(A4, B4, ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)))
                .with(new IpFields(63, 46, 1, true, null));

        assertThat(HexFormat.of().formatHex(IpBytes.of(packet, 258)))
                .isEqualTo(
                        "45" // version 4, five words
                                + "b9" // DSCP 46, ECN 1
                                + "0021" // 33 bytes in all
                                + "0102" // identification 258
                                + "4000" // do not fragment
                                + "3f" // TTL 63
                                + "11" // UDP
                                + "f404" // header checksum
                                + "0a000002" // 10.0.0.2
                                + "cb00710a" // 203.0.113.10
                                + "1388" // port 5000
                                + "0d96" // port 3478
                                + "000d" // 13 bytes with the UDP header
                                + "54d7" // checksum
                                + "68656c6c6f"); // hello
    }

    @Test
    void datagramWithoutAChecksumSaysZero() {
        Packet packet = new Packet(A4, B4, new Content.Udp(ODD, false));

        assertThat(ByteBuffer.wrap(IpBytes.of(packet, 0)).getShort(26)).isZero();
    }

    @Test
    void fragmentsTogetherAreTheDatagram() {
        Packet whole = Packet.udp(A4, B4, ByteBuffer.wrap(new byte[2000]));
        byte[] datagram = Arrays.copyOfRange(IpBytes.of(whole, 0), 20, 20 + 2008);
        byte[] first = IpBytes.of(whole.with(IpFields.PLAIN.withFragment(new IpFields.Fragment(9, 0, 1480, true))), 0);
        byte[] second =
                IpBytes.of(whole.with(IpFields.PLAIN.withFragment(new IpFields.Fragment(9, 1480, 528, false))), 0);

        assertThat(ByteBuffer.wrap(first).getInt(4)).isEqualTo(9 << 16 | 0x2000);
        assertThat(ByteBuffer.wrap(second).getInt(4)).isEqualTo(9 << 16 | 185);
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(first, 20, first.length - 20);
        joined.write(second, 20, second.length - 20);
        assertThat(joined.toByteArray()).isEqualTo(datagram);
    }

    @Test
    void fragmentOfIpv6HasAHeaderOfItsOwn() {
        Packet part = Packet.udp(A6, B6, ByteBuffer.wrap(new byte[2000]))
                .with(IpFields.PLAIN.withFragment(new IpFields.Fragment(0x1234_5678, 1232, 776, false)));
        ByteBuffer bytes = ByteBuffer.wrap(IpBytes.of(part, 0));

        assertThat(bytes.get(6)).isEqualTo((byte) 44);
        assertThat(bytes.get(40)).isEqualTo((byte) 17);
        assertThat(bytes.getShort(42)).isEqualTo((short) 1232);
        assertThat(bytes.getInt(44)).isEqualTo(0x1234_5678);
        assertThat(bytes.capacity()).isEqualTo(40 + 8 + 776);
    }

    @Test
    void icmpErrorQuotesThePacketAndSaysTheMtu() {
        Packet quoted = Packet.udp(A4, B4, ByteBuffer.allocate(1400));
        ByteBuffer bytes = ByteBuffer.wrap(IpBytes.of(Packet.tooBig(IpAddress.parse("10.0.0.1"), 1200, quoted), 0));

        assertThat(bytes.getShort(20)).isEqualTo((short) 0x0304);
        assertThat(bytes.getInt(24)).isEqualTo(1200);
        assertThat(bytes.getInt(28 + 12)).isEqualTo(A4.ip().ipv4());
        assertThat(bytes.capacity()).isEqualTo(576);
    }

    /** The sum that a receiver makes, with the checksum in it: all ones. */
    private static int sum(byte[] bytes, int from, int length, long seed) {
        long sum = seed;
        ByteBuffer words =
                ByteBuffer.wrap(Arrays.copyOf(Arrays.copyOfRange(bytes, from, from + length), length + length % 2));
        while (words.hasRemaining()) {
            sum += words.getShort() & 0xFFFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) sum;
    }
}
