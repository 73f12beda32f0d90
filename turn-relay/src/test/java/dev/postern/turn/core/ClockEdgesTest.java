package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.TransportAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine's times hold wherever its clock starts, also where it overflows during the call. */
class ClockEdgesTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                -1_000_000_000L,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE - 600_000_000_000L,
                Long.MAX_VALUE - 299_000_000_000L
            })
    void allocationPermissionChannelAndReservationLastAsLongAsAnywhere(long start) {
        VirtualServer server = new VirtualServer(VirtualServer.config(), start, new Random(1));
        VirtualClient client = server.client(1);
        Reply allocated = client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80));
        assertThat(allocated.code()).isZero();
        client.bind(0x4000, PEER);
        assertThat(server.shared.reservations().size()).isEqualTo(1);
        server.advance(Duration.ofSeconds(30));
        assertThat(server.shared.reservations().size()).isZero();

        server.advance(Duration.ofSeconds(269));
        client.channelData(0x4000, new byte[1]);
        assertThat(server.takeToPeers()).hasSize(1);
        server.advance(Duration.ofSeconds(1));
        client.channelData(0x4000, new byte[1]);
        assertThat(server.takeToPeers()).isEmpty();
        client.permit(PEER);
        server.advance(Duration.ofSeconds(299));
        client.channelData(0x4000, new byte[1]);
        assertThat(server.takeToPeers()).hasSize(1);

        server.advance(Duration.ofSeconds(1).plusNanos(1)); // a deadline at Long.MAX_VALUE, "never", is due one later

        server.assertNothingIsHeld();
        assertThat(server.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }
}
