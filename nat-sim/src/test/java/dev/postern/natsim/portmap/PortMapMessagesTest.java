package dev.postern.natsim.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The messages of NAT-PMP and PCP, laid out by hand from their RFCs, and bytes that mean nothing. */
class PortMapMessagesTest {

    private static final IpAddress HOST = IpAddress.parse("10.0.0.2");

    private static ByteBuffer hex(String bytes) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(bytes.replaceAll("#[^\n]*|\\s", "")));
    }

    @Test
    void natPmpRequestIsAsInRfc6886() {
        NatPmpRequest request = NatPmpRequest.mapUdp(5000, 6000, 7200);
        ByteBuffer wire = hex("""
                00 01 0000    # version, UDP, reserved
                1388 1770     # internal and suggested external port
                00001c20      # seconds
                """);
        assertThat(request.encode()).isEqualTo(wire);
        assertThat(NatPmpRequest.decode(wire)).isEqualTo(request);
        assertThat(NatPmpRequest.externalAddress().encode()).isEqualTo(hex("00 00"));
    }

    @Test
    void natPmpResponseIsAsInRfc6886() {
        NatPmpResponse address = NatPmpResponse.address(3, IpAddress.parse("203.0.113.1"));
        ByteBuffer wire = hex("00 80 0000 00000003 cb007101");
        assertThat(address.encode()).isEqualTo(wire);
        assertThat(NatPmpResponse.decode(wire)).isEqualTo(address);
        NatPmpResponse mapping = NatPmpResponse.mapping(NatPmpRequest.mapUdp(5000, 6000, 7200), 3, 6001, 3600);
        ByteBuffer mappingWire = hex("00 81 0000 00000003 1388 1771 00000e10");
        assertThat(mapping.encode()).isEqualTo(mappingWire);
        assertThat(NatPmpResponse.decode(mappingWire)).isEqualTo(mapping);
    }

    @Test
    void pcpMapIsAsInRfc6887() {
        PcpMap map = new PcpMap(0x0102030405060708L, 0x090a0b0c, PcpMap.UDP, 5000, 6000, IpAddress.ofIpv4(0));
        PcpMessage request = PcpMessage.map(HOST, map, 7200);
        ByteBuffer wire = hex("""
                02 01 0000 00001c20                                # version, MAP, lifetime
                00000000 00000000 0000ffff 0a000002                # the client, IPv4-mapped
                01020304 05060708 090a0b0c                         # nonce
                11 000000 1388 1770                                # UDP, internal and suggested external port
                00000000 00000000 0000ffff 00000000                # any external IPv4 address
                """);
        assertThat(request.encode()).isEqualTo(wire);
        assertThat(PcpMessage.decode(wire)).isEqualTo(request);

        PcpMessage response =
                request.answer(PcpMessage.SUCCESS, 3600, 5, map.granted(6001, IpAddress.parse("203.0.113.1")));
        ByteBuffer answered = hex("""
                02 81 00 00 00000e10                               # version, MAP response, success, lifetime
                00000005 00000000 00000000 00000000                # epoch
                01020304 05060708 090a0b0c
                11 000000 1388 1771
                00000000 00000000 0000ffff cb007101
                """);
        assertThat(response.encode()).isEqualTo(answered);
        assertThat(PcpMessage.decode(answered)).isEqualTo(response);
    }

    @Test
    void optionThatMustBeUnderstoodIsSeen() {
        String announce = "02 00 0000 00000000 00000000 00000000 0000ffff 0a000002";
        assertThat(PcpMessage.decode(hex(announce)))
                .extracting(PcpMessage::mandatoryOption)
                .isEqualTo(false);
        assertThat(PcpMessage.decode(hex(announce + "81 00 0004 00000000")))
                .extracting(PcpMessage::mandatoryOption)
                .isEqualTo(false);
        assertThat(PcpMessage.decode(hex(announce + "02 00 0000")))
                .extracting(PcpMessage::mandatoryOption)
                .isEqualTo(true);
        assertThat(PcpMessage.decode(hex(announce + "81 00 ffff")))
                .extracting(PcpMessage::mandatoryOption)
                .isEqualTo(true);
        assertThat(PcpMessage.decode(hex(announce + "81 00 00"))).isNull();
    }

    /** Whatever arrives is a message that reads the same again, or none. */
    @Test
    void anyBytesAreAMessageOrNone() {
        Random random = new Random(6887);
        int messages = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(8) == 0 ? random.nextInt(1200) : random.nextInt(20) * 4];
            random.nextBytes(bytes);
            if (bytes.length > 1) {
                bytes[0] = (byte) (random.nextBoolean() ? 0 : 2);
                bytes[1] = (byte) (random.nextInt(4) | (random.nextBoolean() ? 0x80 : 0));
            }
            ByteBuffer wire = ByteBuffer.wrap(bytes);
            NatPmpRequest request = NatPmpRequest.decode(wire);
            NatPmpResponse response = NatPmpResponse.decode(wire);
            PcpMessage pcp = PcpMessage.decode(wire);
            assertThat(wire.position()).isZero();
            if (request != null) {
                messages++;
                assertThat(NatPmpRequest.decode(request.encode())).isEqualTo(request);
            }
            if (response != null) {
                messages++;
                assertThat(NatPmpResponse.decode(response.encode())).isEqualTo(response);
            }
            if (pcp != null) {
                messages++;
                PcpMessage plain = new PcpMessage(
                        pcp.response(),
                        pcp.opcode(),
                        pcp.result(),
                        pcp.lifetimeSeconds(),
                        pcp.epochSeconds(),
                        pcp.client(),
                        pcp.map(),
                        false);
                assertThat(PcpMessage.decode(pcp.encode())).isEqualTo(plain);
            }
        }
        assertThat(messages).isGreaterThan(10_000);
    }
}
