package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refresh, cases 68 to 72. */
class Rfc8656RefreshTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    @Test
    void rfc8656_068_refreshWithZeroLifetimeDeletesAllocationAndAllThatItHeld() {
        TransportAddress relayed = client.allocated();
        client.bind(0x4000, PEER);
        RelayLeg leg = server.legOf(relayed);

        Reply reply = client.refresh(0);

        assertThat(reply.lifetimeSeconds()).isZero();
        server.assertNothingIsHeld();
        server.peerSends(PEER, leg, new byte[] {1}); // was on its way
        client.channelData(0x4000, new byte[] {1});
        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_FROM_PEER_NO_ALLOCATION)).isEqualTo(1);
        client.allocated();
        server.peerSends(PEER, server.output.open.get(0), new byte[] {1});
        assertThat(client.received()).as("permissions of the first are gone").isEmpty();
        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_REFRESH)).isEqualTo(1);
    }

    @Test
    void rfc8656_069_deleteThatIsSentAgainGetsTheSameSuccess() {
        client.allocated();
        ByteBuffer delete =
                client.signed(Method.REFRESH, TurnRequest.newId(), encoder -> encoder.u32(AttributeType.LIFETIME, 0));

        List<ByteBuffer> first = client.exchange(delete);

        assertThat(client.exchange(delete)).isEqualTo(first);
        assertThat(new Reply(first.get(0)).code()).isZero();
        server.advance(Duration.ofSeconds(40));
        assertThat(VirtualClient.only(client.exchange(delete)).code()).isEqualTo(437);
    }

    @ParameterizedTest
    @CsvSource({"-1, 600", "1, 600", "599, 600", "1800, 1800", "3600, 3600", "7200, 3600"})
    void rfc8656_070_lifetimeIsHeldInBoundsAndStartsFromNow(long asked, long granted) {
        client.allocated();
        server.advance(Duration.ofSeconds(500));

        Reply reply = asked < 0 ? client.request(Method.REFRESH, encoder -> {}) : client.refresh(asked);

        assertThat(reply.lifetimeSeconds()).isEqualTo(granted);
        server.advance(Duration.ofSeconds(granted).minusNanos(1));
        assertThat(server.output.open).hasSize(1);
        server.advance(Duration.ofNanos(1));
        server.assertNothingIsHeld();
    }

    @ParameterizedTest
    @CsvSource({"0x01000000, 0", "0x02000000, 443", "0x03000000, 443"})
    void rfc8656_071_familyThatTheAllocationDoesNotHaveIsAnswered443(String family, int code) {
        client.allocated();

        Reply reply = client.request(
                Method.REFRESH,
                encoder -> encoder.u32(AttributeType.REQUESTED_ADDRESS_FAMILY, Long.decode(family))
                        .u32(AttributeType.LIFETIME, 0));

        assertThat(reply.code()).isEqualTo(code);
        assertThat(server.output.open).hasSize(code == 0 ? 0 : 1);
    }

    @Test
    void rfc8656_071_malformedFamilyOrLifetimeIsABadRequestAndChangesNothing() {
        client.allocated();

        assertThat(client.request(Method.REFRESH, encoder -> encoder.u8(AttributeType.REQUESTED_ADDRESS_FAMILY, 1))
                        .code())
                .isEqualTo(400);
        assertThat(client.request(Method.REFRESH, encoder -> encoder.u16(AttributeType.LIFETIME, 0))
                        .code())
                .isEqualTo(400);
        assertThat(server.output.open).hasSize(1);
    }

    @Test
    void rfc8656_072_dataDoesNotKeepAnAllocationAlive() {
        client.allocated();
        client.bind(0x4000, PEER);
        RelaySocket leg = server.output.open.get(0);
        for (int second = 0; second < 599; second++) {
            server.advance(Duration.ofSeconds(1));
            client.channelData(0x4000, new byte[] {1});
            server.peerSends(PEER, leg, new byte[] {2});
        }
        assertThat(server.output.open).hasSize(1);

        server.advance(Duration.ofSeconds(1));

        server.assertNothingIsHeld();
        assertThat(server.count(TurnCounter.ALLOCATIONS_ENDED_EXPIRED)).isEqualTo(1);
    }

    @Test
    void rfc8656_072_allocationEndsOnTimeAlsoWhenTheTimerIsLate() {
        TransportAddress relayed = client.allocated();
        client.bind(0x4000, PEER);
        RelayLeg leg = server.legOf(relayed);
        server.advanceWithoutTimer(Duration.ofSeconds(290));
        client.permit(PEER);
        client.refresh(600);
        server.advanceWithoutTimer(Duration.ofSeconds(290));
        client.permit(PEER);
        server.advanceWithoutTimer(Duration.ofSeconds(310)); // the channel would still be there
        server.takeToPeers();
        client.received();

        server.peerSends(PEER, leg, new byte[] {1});
        client.channelData(0x4000, new byte[] {1});

        assertThat(client.received()).isEmpty();
        assertThat(server.takeToPeers()).isEmpty();
        assertThat(client.challenged().allocate().code()).isZero();
    }
}
