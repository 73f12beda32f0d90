package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much is kept for clients that are away. */
class HubKeptTest {

    @Test
    void whatIsKeptIsBoundedInBytes() {
        HubHarness harness = HubHarness.standard();
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        bob.drop();
        for (int i = 0; i < 10; i++) {
            ann.sig(bob.peer(), "r", "x".repeat(40_000));
        }
        assertThat(harness.count(SignalingCounter.RESUME_DROPPED)).isEqualTo(8);
    }

    @Test
    void c20_whatIsKeptForAllIsBoundedAndWhoHasMostLosesIt() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.RESUME_BYTES_OF_ALL, 131_072)
                .build());
        Client ann = small.client();
        Client bob = small.client();
        Client cid = small.client();
        List.of(ann, bob, cid).forEach(client -> client.join("r"));
        bob.drop();
        cid.drop();
        for (int i = 0; i < 2; i++) {
            ann.sig(bob.peer(), "r", "x".repeat(50_000));
        }
        ann.sig(cid.peer(), "r", "y".repeat(40_000));
        assertThat(bob.resume(0).resumed()).isFalse();
        assertThat(cid.resume(0).resumed()).isTrue();
    }

    @Test
    void whatWasKeptForSessionsThatEndedDoesNotCount() {
        HubHarness small = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.RESUME_BYTES_OF_ALL, 131_072)
                .build());
        Client ann = small.client();
        ann.join("r");
        for (int i = 0; i < 4; i++) {
            Client bob = small.client();
            bob.join("r");
            ann.sig(bob.peer(), "r", "x".repeat(50_000));
            bob.drop();
            small.advance(Duration.ofSeconds(31));
        }
        assertThat(small.count(SignalingCounter.RESUME_DROPPED)).isZero();
    }

    @Test
    void whatIsSaidToASessionThatHasEndedIsNotCountedForEver() {
        Rings rings = new Rings(8, 100_000, 1_000);
        Ring ended = rings.open();
        rings.close(ended);
        ended.add(new ServerMessage.RoomChange(1, "x".repeat(900), true));
        Ring other = rings.open();
        other.add(new ServerMessage.RoomChange(1, "r", true));
        assertThat(rings.shrink()).isZero();
        assertThat(other.canReplayAfter(0)).isTrue();
        assertThat(ended.canReplayAfter(0)).isFalse();
    }
}
