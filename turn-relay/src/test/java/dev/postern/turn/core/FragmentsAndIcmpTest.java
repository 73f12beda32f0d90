package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DONT-FRAGMENT where the shell can set DF, and ICMP errors from a shell that hears of them: cases 51, 80 and 83. */
class FragmentsAndIcmpTest {

    private static final TransportAddress PEER_4 = TransportAddress.parse("20.0.0.1:7000");
    private static final TransportAddress PEER_6 = TransportAddress.parse("[2600::1]:7000");
    private static final byte[] HELLO = {1, 2, 3};
    private static final int IPV6 = 2 << 24;

    private final VirtualServer server = VirtualServer.thatForbidsFragments(VirtualServer.dual());

    @Test
    void rfc8656_051_dontFragmentInAnAllocateIsUnderstood() {
        assertThat(server.client(1)
                        .allocate(encoder -> encoder.flag(AttributeType.DONT_FRAGMENT))
                        .code())
                .isZero();
    }

    /** Section 13 has the server ignore it between UDP and UDP where one side is IPv6, and section 15 heed it from a stream. */
    @ParameterizedTest
    @CsvSource({
        "udp4, 4, true",
        "udp4, 6, false",
        "udp6, 4, false",
        "udp6, 6, false",
        "stream, 4, true",
        "stream, 6, true"
    })
    void rfc8656_080_sendWithDontFragmentLeavesWholeWhereTheRfcHeedsIt(String client, int peer, boolean whole) {
        VirtualClient sender = clientOf(client);
        sender.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        TransportAddress address = peer == 4 ? PEER_4 : PEER_6;
        sender.permit(address);

        sender.push(TurnRequest.indication(
                Method.SEND,
                encoder -> encoder.flag(AttributeType.DONT_FRAGMENT)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, address)
                        .bytes(AttributeType.DATA, HELLO)));
        sender.indicate(address, HELLO);

        assertThat(server.takeToPeers())
                .extracting(RecordingOutput.ToPeer::whole)
                .as("the second has no DONT-FRAGMENT")
                .containsExactly(whole, false);
    }

    @Test
    void rfc8656_080_channelDataMayBeFragmented() {
        VirtualClient client = server.client(1);
        client.allocate(encoder -> encoder.flag(AttributeType.DONT_FRAGMENT));
        client.bind(0x4000, PEER_4);

        client.channelData(0x4000, HELLO);

        assertThat(server.takeToPeers())
                .extracting(RecordingOutput.ToPeer::whole)
                .containsExactly(false);
    }

    @ParameterizedTest
    @CsvSource({
        // family, type, code, data, head, error data
        "4, 3, 1, 77, 0x0601, 0", "4, 3, 4, 1400, 0x0604, 1400", "4, 11, 0, 77, 0x1600, 0",
        "6, 1, 4, 77, 0x0204, 0", "6, 2, 0, 1280, 0x0400, 1280", "6, 3, 0, 77, 0x0600, 0"
    })
    void rfc8656_083_icmpErrorIsAnIndicationWithTheDestinationAndTheError(
            int family, int type, int code, int data, String head, int errorData) {
        VirtualClient client = server.client(1);
        client.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        TransportAddress peer = family == 4 ? PEER_4 : PEER_6;
        client.bind(0x4000, peer);

        server.engine.onRelayIcmp(server.now, legTo(peer), peer, type, code, data);

        Reply indication = client.dataIndication();
        assertThat(indication.types()).containsExactly(AttributeType.XOR_PEER_ADDRESS, AttributeType.ICMP);
        assertThat(indication.address(AttributeType.XOR_PEER_ADDRESS)).isEqualTo(peer);
        assertThat(indication.u64(AttributeType.ICMP)).isEqualTo(Long.decode(head) << 32 | errorData);
        assertThat(server.count(TurnCounter.ICMP_TO_CLIENTS)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "4, 5", "4, 8", "4, 12", "6, 0", "6, 4", "6, 128"})
    void rfc8656_083_icmpOfAnotherTypeIsDropped(int family, int type) {
        VirtualClient client = server.client(1);
        client.allocate(encoder -> encoder.u32(AttributeType.ADDITIONAL_ADDRESS_FAMILY, IPV6));
        TransportAddress peer = family == 4 ? PEER_4 : PEER_6;
        client.permit(peer);

        server.engine.onRelayIcmp(server.now, legTo(peer), peer, type, 0, 0);

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.ICMP_DROPPED)).isEqualTo(1);
    }

    @Test
    void rfc8656_083_icmpPassesOnlyWhileThePermissionOfTheDestinationHolds() {
        VirtualClient client = server.client(1);
        client.allocated();
        RelaySocket leg = legTo(PEER_4);
        server.engine.onRelayIcmp(server.now, leg, PEER_4, 3, 3, 0);
        assertThat(client.received()).isEmpty();

        client.permit(PEER_4);
        server.engine.onRelayIcmp(server.now, leg, TransportAddress.parse("20.0.0.1:9"), 3, 3, 0);
        assertThat(client.dataIndication()
                        .address(AttributeType.XOR_PEER_ADDRESS)
                        .port())
                .as("ports do not count")
                .isEqualTo(9);
        server.advance(Duration.ofMinutes(5));
        server.engine.onRelayIcmp(server.now, leg, PEER_4, 3, 3, 0);
        client.refresh(0);
        server.engine.onRelayIcmp(server.now, leg, PEER_4, 3, 3, 0);

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.ICMP_DROPPED)).isEqualTo(3);
    }

    /** Anybody can forge them, so a client is told of few. */
    @Test
    void icmpIsBoundedForEachAllocationAndComesAgainWithTime() {
        VirtualClient client = server.client(1);
        client.allocated();
        client.permit(PEER_4);
        RelaySocket leg = legTo(PEER_4);

        for (int i = 0; i < 1_000; i++) {
            server.engine.onRelayIcmp(server.now, leg, PEER_4, 3, 3, 0);
        }
        int atOnce = IcmpError.MOST_PER_SECOND * IcmpError.BURST_SECONDS;
        assertThat(client.received()).hasSize(atOnce);
        assertThat(server.count(TurnCounter.ICMP_TO_CLIENTS)).isEqualTo(atOnce);
        assertThat(server.count(TurnCounter.ICMP_OVER_RATE)).isEqualTo(1_000 - atOnce);

        server.advance(Duration.ofSeconds(1));
        for (int i = 0; i < 1_000; i++) {
            server.engine.onRelayIcmp(server.now, leg, PEER_4, 3, 3, 0);
        }
        assertThat(server.count(TurnCounter.ICMP_TO_CLIENTS)).isEqualTo(atOnce + IcmpError.MOST_PER_SECOND);
    }

    private RelaySocket legTo(TransportAddress peer) {
        return server.output.open.stream()
                .filter(leg -> leg.family() == AddressFamily.of(peer.ip()))
                .findFirst()
                .orElseThrow();
    }

    private VirtualClient clientOf(String kind) {
        return switch (kind) {
            case "udp6" -> new VirtualClient(server, TransportAddress.of(IpAddress.parse("2001:db8::7"), 1));
            case "stream" -> server.streamClient(1);
            default -> server.client(1);
        };
    }
}
