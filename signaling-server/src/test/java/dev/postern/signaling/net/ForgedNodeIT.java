package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane;
import dev.postern.signaling.Backplane.Presence;
import dev.postern.signaling.ClusterState;
import dev.postern.signaling.InMemoryBackplane;
import dev.postern.signaling.SignalingCluster;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.cluster.Links;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Case 33: who can write to the backplane and has no secret. He named a node once, and its address, to which one that stopped sent its clients, who
 * showed their tokens and secrets there; and rooms were given to that node.
 */
@Timeout(60)
class ForgedNodeIT {

    private static final String SECRET = "the tests' cluster has this secret";
    private static final URI FORGED = URI.create("ws://127.0.0.1:9/signal/v1/ws");

    private final InMemoryBackplane.Memory memory = new InMemoryBackplane.Memory();

    private SignalingServer server(String secret) throws IOException {
        return SignalingServer.start(SignalingConfig.builder()
                .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(100))
                .cluster(new SignalingCluster(new InMemoryBackplane(memory), secret, FORGED))
                .build());
    }

    private static ClusterState state(SignalingServer server) {
        return Objects.requireNonNull(server.clusterState());
    }

    /** Hears everything and says nothing. */
    private static final class Silent implements Backplane.Listener {

        @Override
        public void onMessage(byte[] message) {}

        @Override
        public void onNodes(Collection<Presence> living) {}

        @Override
        public void onUp() {}

        @Override
        public void onDown(String sentence) {}
    }

    @Test
    void presenceThatNoNodeHasSealedIsNoNode() throws Exception {
        try (InMemoryBackplane rogue = new InMemoryBackplane(memory);
                SignalingServer one = server(SECRET);
                SignalingServer other = server(SECRET)) {
            rogue.open(new Presence("e_rogue", FORGED, false, Links.VERSION), new Silent());
            Await.until(
                    "the forged one is counted",
                    () -> one.counters().getOrDefault(SignalingCounter.NODE_FRAMES_FORGED, 0L) > 0);
            // it is counted before the state says who the others are
            Await.until("the other one is seen", () -> !state(one).others().isEmpty());
            assertThat(state(one).others())
                    .extracting(Presence::node)
                    .containsExactly(state(other).node());
        }
    }

    @Test
    void nodeWithAnotherSecretIsNobodyToGiveSessionsTo() throws Exception {
        try (SignalingServer one = server(SECRET);
                SignalingServer stranger = server("another secret of this length")) {
            Await.until(
                    "the stranger is counted",
                    () -> one.counters().getOrDefault(SignalingCounter.NODE_FRAMES_FORGED, 0L) > 0);
            assertThat(state(one).others()).isEmpty();
            assertThat(state(stranger).others()).isEmpty();
            one.drain().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
