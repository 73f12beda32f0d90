package dev.postern.natsim.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.Content;
import dev.postern.natsim.IcmpReason;
import dev.postern.natsim.IpFields;
import dev.postern.natsim.Packet;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContentsTest {

    private static final TransportAddress A = TransportAddress.parse("10.0.0.2:5000");
    private static final TransportAddress B = TransportAddress.parse("203.0.113.10:3478");

    record Case(String words, Packet packet) {
        @Override
        public String toString() {
            return words;
        }
    }

    static Stream<Case> cases() {
        Packet data = Packet.udp(A, B, ByteBuffer.wrap(new byte[] {1, 2}));
        return Stream.of(
                new Case("Binding request", stun(MessageClass.REQUEST, Method.BINDING, 0)),
                new Case("Allocate error 401", stun(MessageClass.ERROR_RESPONSE, Method.ALLOCATE, 401)),
                new Case("CreatePermission success", stun(MessageClass.SUCCESS_RESPONSE, Method.CREATE_PERMISSION, 0)),
                new Case("Data indication", stun(MessageClass.INDICATION, Method.DATA, 0)),
                new Case("ChannelData, 1 byte", Packet.udp(A, B, ByteBuffer.wrap(new byte[] {0x40, 1, 0, 1, 9}))),
                new Case("UDP data, 2 bytes", data),
                new Case("UDP data, 0 bytes", Packet.udp(A, B, ByteBuffer.allocate(0))),
                new Case(
                        "UDP data, 2 bytes, fragment",
                        data.with(IpFields.PLAIN.withFragment(new IpFields.Fragment(1, 0, 8, true)))),
                new Case("TCP SYN", Packet.tcp(A, B, Content.Tcp.of(Content.Tcp.SYN, 1, 0))),
                new Case("ICMP echo request", Packet.echoRequest(A, B.ip(), 1, ByteBuffer.allocate(0))),
                new Case("ICMP port unreachable", Packet.error(B.ip(), IcmpReason.PORT_UNREACHABLE, data)));
    }

    private static Packet stun(MessageClass kind, Method method, int error) {
        StunEncoder encoder = new StunEncoder().begin(ByteBuffer.allocate(200), kind, method, TransactionId.of(1, 2));
        if (error != 0) {
            encoder.bytes(
                    AttributeType.ERROR_CODE,
                    ByteBuffer.wrap(new byte[] {0, 0, (byte) (error / 100), (byte) (error % 100)}));
        }
        return Packet.udp(A, B, encoder.finish());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsInAPacket(Case one) {
        assertThat(new Contents().of(one.packet())).isEqualTo(one.words());
    }
}
