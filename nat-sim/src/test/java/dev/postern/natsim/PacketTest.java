package dev.postern.natsim;

import static dev.postern.natsim.Packets.at;
import static dev.postern.natsim.Packets.ip;
import static dev.postern.natsim.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketTest {

    private static final Packet UDP = udp("10.0.0.2:8992", "4.4.4.4:80");
    private static final Packet LARGE = Packet.udp(at("10.0.0.2:8992"), at("4.4.4.4:80"), ByteBuffer.allocate(1400));
    private static final Packet LARGE_IPV6 =
            Packet.udp(at("[2001:db8::1]:1"), at("[2001:db8::2]:2"), ByteBuffer.allocate(1400));

    private record Case(Packet packet, IpProtocol protocol, int ipBytes, String text) {}

    static Stream<Case> kinds() {
        return Stream.of(
                new Case(UDP, IpProtocol.UDP, 60, "UDP 10.0.0.2:8992 > 4.4.4.4:80, 32 B"),
                new Case(
                        udp("[2001:db8::1]:1", "[2001:db8::2]:2"),
                        IpProtocol.UDP,
                        80,
                        "UDP [2001:db8::1]:1 > [2001:db8::2]:2, 32 B"),
                new Case(
                        Packet.tcp(at("10.0.0.2:1"), at("4.4.4.4:80"), Content.Tcp.of(Content.Tcp.SYN, 7, 0)),
                        IpProtocol.TCP,
                        40,
                        "TCP 10.0.0.2:1 > 4.4.4.4:80 SYN seq 7, 0 B"),
                new Case(
                        Packet.tcp(
                                at("10.0.0.2:1"),
                                at("4.4.4.4:80"),
                                Content.Tcp.of(Content.Tcp.FIN | Content.Tcp.ACK, 7, 8)),
                        IpProtocol.TCP,
                        40,
                        "TCP 10.0.0.2:1 > 4.4.4.4:80 FIN ACK seq 7 ack 8, 0 B"),
                new Case(
                        Packet.echoRequest(at("10.0.0.2:99"), ip("4.4.4.4"), 3, ByteBuffer.allocate(56)),
                        IpProtocol.ICMP,
                        84,
                        "ICMP 10.0.0.2 > 4.4.4.4 echo request id 99 seq 3, 56 B"),
                new Case(
                        Packet.echoReply(ip("4.4.4.4"), at("10.0.0.2:99"), 3, ByteBuffer.allocate(56)),
                        IpProtocol.ICMP,
                        84,
                        "ICMP 4.4.4.4 > 10.0.0.2 echo reply id 99 seq 3, 56 B"),
                new Case(
                        Packet.error(ip("4.4.4.4"), IcmpReason.PORT_UNREACHABLE, UDP),
                        IpProtocol.ICMP,
                        88,
                        "ICMP 4.4.4.4 > 10.0.0.2 port unreachable [UDP 10.0.0.2:8992 > 4.4.4.4:80, 32 B]"),
                new Case(
                        Packet.tooBig(ip("9.9.9.9"), 1280, LARGE),
                        IpProtocol.ICMP,
                        576,
                        "ICMP 9.9.9.9 > 10.0.0.2 too big for 1280 B [UDP 10.0.0.2:8992 > 4.4.4.4:80, 1400 B]"),
                new Case(
                        Packet.tooBig(ip("2001:db8::9"), 1300, LARGE_IPV6),
                        IpProtocol.ICMP,
                        1280,
                        "ICMP 2001:db8::9 > 2001:db8::1 too big for 1300 B [UDP [2001:db8::1]:1 > [2001:db8::2]:2, 1400 B]"),
                new Case(
                        LARGE.with(IpFields.PLAIN.withFragment(new IpFields.Fragment(5, 800, 608, false))),
                        IpProtocol.UDP,
                        628,
                        "UDP 10.0.0.2:8992 > 4.4.4.4:80, 1400 B, fragment 800+608, last"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void packetKnowsItsProtocolLengthAndWords(Case expected) {
        assertThat(expected.packet().protocol()).isEqualTo(expected.protocol());
        assertThat(expected.packet().ipBytes()).isEqualTo(expected.ipBytes());
        assertThat(expected.packet()).hasToString(expected.text());
    }

    @Test
    void translationKeepsHeaderFieldsAndContent() {
        Packet marked = UDP.with(new IpFields(9, 46, 1, true, null));

        Packet translated = marked.from(at("5.5.5.5:3333")).to(at("4.4.4.4:81"));

        assertThat(translated.ip()).isEqualTo(marked.ip());
        assertThat(translated.content()).isSameAs(marked.content());
    }

    @Test
    void readingAPayloadLeavesThePacketAsItIs() {
        UDP.payload().get();

        assertThat(UDP.payloadBytes()).isEqualTo(32);
        assertThat(UDP.payload().isReadOnly()).isTrue();
    }

    @Test
    void packetBetweenIpVersionsIsRefused() {
        assertThatThrownBy(() -> udp("10.0.0.2:1", "[2001:db8::1]:1"))
                .hasMessage("10.0.0.2:1 and [2001:db8::1]:1 are of different IP versions");
    }

    @Test
    void fieldsOutOfRangeAreRefusedInOneSentence() {
        assertThatThrownBy(() -> IpFields.PLAIN.withTtl(256))
                .hasMessage("ttl 256, dscp 0, ecn 0 must be 0-255, 0-63, 0-3");
        assertThatThrownBy(() -> new IpFields.Fragment(1, 4, 8, true))
                .hasMessage("a fragment of 8 bytes cannot stand at offset 4");
        assertThatThrownBy(() -> new IpFields.Fragment(-1, 0, 8, true))
                .hasMessage("identification -1 must be 0 to 2^32 - 1");
        assertThatThrownBy(() -> Content.Tcp.of(Content.Tcp.SYN, -1, 0))
                .hasMessage("sequence -1 and acknowledgement 0 must be 0 to 2^32 - 1");
        assertThatThrownBy(() -> new Content.Echo(true, 65536, ByteBuffer.allocate(0)))
                .hasMessage("sequence 65536 must be 0 to 65535");
    }
}
