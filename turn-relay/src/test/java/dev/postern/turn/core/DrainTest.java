package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a server that lets nobody in any more has nobody left. */
class DrainTest {

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(1);

    @Test
    void allocationThatStillOpensIsLeft() {
        server.holdOpens = true;
        client.push(allocate(client));

        server.shared.drain();

        assertThat(server.count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
        assertThat(server.shared.allocationsLeft()).isOne();
        server.holdOpens = false;
        server.settle();
        assertThat(VirtualClient.only(client.received()).code()).isZero();
        assertThat(server.shared.allocationsLeft()).isOne();
        client.refresh(0);
        assertThat(server.shared.allocationsLeft()).isZero();
    }

    @Test
    void allocationThatCannotBeOpenedIsNotLeft() {
        server.holdOpens = true;
        client.push(allocate(client));
        server.shared.drain();
        server.familiesDown.add(AddressFamily.IPV4);
        server.holdOpens = false;
        server.settle();

        assertThat(VirtualClient.only(client.received()).code()).isEqualTo(508);
        assertThat(server.shared.allocationsLeft()).isZero();
        server.assertNothingIsHeld();
    }

    @Test
    void reservedPortIsLeftUntilItsTokenCannotComeAnyMore() {
        long token = client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80))
                .u64(AttributeType.RESERVATION_TOKEN);
        server.shared.drain();
        client.refresh(0);
        assertThat(server.shared.allocationsLeft()).isOne();

        VirtualClient second = server.client(2);
        assertThat(second.allocate(encoder -> encoder.u64(AttributeType.RESERVATION_TOKEN, token))
                        .code())
                .isZero();

        assertThat(server.shared.allocationsLeft()).isOne();
        second.refresh(0);
        assertThat(server.shared.allocationsLeft()).isZero();
    }

    @Test
    void reservedPortIsNotLeftAfterItsTime() {
        client.allocate(encoder -> encoder.u8(AttributeType.EVEN_PORT, 0x80));
        server.shared.drain();
        client.refresh(0);

        server.advance(Duration.ofSeconds(30));

        assertThat(server.shared.allocationsLeft()).isZero();
    }

    /**
     * An Allocate counts before it looks whether it is kept out: with the other order one could be let in after {@link
     * SharedState#drain} was called and {@link SharedState#allocationsLeft} was 0, on another thread. So who is over his quota hears of
     * that.
     */
    @Test
    void allocateCountsBeforeItLooksWhetherItIsKeptOut() {
        VirtualServer tight = new VirtualServer(VirtualServer.config().userQuota(1));
        tight.client(1).allocated();
        tight.shared.drain();

        assertThat(tight.client(2).allocate().code()).isEqualTo(486);
        assertThat(tight.client(3).as("bob").allocate().code()).isEqualTo(508);
        assertThat(tight.shared.allocationsLeft()).isOne();
    }

    /** Sockets outlive the engines while DTLS says goodbye: who was let in then held a port that nobody would end. */
    @Test
    void serverThatHasStoppedLetsNobodyIn() {
        for (TurnConfig.Builder config : List.of(VirtualServer.config(), VirtualServer.sharing(2))) {
            VirtualServer stopped = VirtualServer.ofShards(1, config);
            VirtualClient before = stopped.client(1);
            before.allocated();
            stopped.stop();

            assertThat(before.allocate().code()).isEqualTo(508);
            assertThat(stopped.client(2).allocate().code()).isEqualTo(508);
            stopped.assertNothingIsHeld();
            assertThat(stopped.count(TurnCounter.ALLOCATIONS_OPENED)).isOne();
            assertThat(stopped.count(TurnCounter.ALLOCATIONS_ENDED_STOP)).isOne();
        }
    }

    @Test
    void allocateThatWaitsForItsSocketWhenTheServerStopsLeavesNothing() {
        server.holdOpens = true;
        client.push(allocate(client));
        server.stop();
        server.holdOpens = false;
        server.settle();

        assertThat(client.received()).isEmpty();
        assertThat(client.allocate().code()).isEqualTo(508);
        server.assertNothingIsHeld();
    }

    private static ByteBuffer allocate(VirtualClient of) {
        return of.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));
    }
}
