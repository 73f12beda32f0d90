package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.InMemoryBackplane;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.cluster.ClusterOutput;
import dev.postern.signaling.cluster.NodeCodec;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.Nodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FromNodesTest {

    private final Counters counters = new Counters();
    private final List<String> forsaken = new ArrayList<>();
    private final FromNodes arrivals = new FromNodes(
            new InMemoryBackplane(new InMemoryBackplane.Memory()), new NodeCodec(), counters, forsaken::add);
    private final Said said = new Said();
    private final Nodes hub = hub();

    /** Notes of each word of the hub whether it would go out. */
    private final class Said implements ClusterOutput {

        private final List<String> words = new ArrayList<>();

        @Override
        public void send(String node, NodeMessage message) {
            words.add((arrivals.isLostUntold(node) ? "kept from " : "sent to ") + node);
        }

        @Override
        public void sendAll(NodeMessage message) {}

        @Override
        public void claim(String room) {}

        @Override
        public void take(String room, String giver) {}

        @Override
        public void release(String room) {}

        @Override
        public void register(String sid) {}

        @Override
        public void locate(String sid) {}
    }

    private Nodes hub() {
        Hub hub = new Hub(
                0,
                SignalingConfig.builder().build(),
                new Random(1),
                new SocketOutput(counters, event -> {}),
                "a",
                said);
        Nodes nodes = Objects.requireNonNull(hub.nodes());
        nodes.onNodes(0, Set.of("b"), Set.of("b"));
        return nodes;
    }

    @Test
    void nodeThatIsLostIsNotSpokenToBeforeTheHubKnows() {
        assertThat(arrivals.isLostUntold("b")).isFalse();
        arrivals.lost("b");
        assertThat(arrivals.isLostUntold("b")).isTrue();
        arrivals.handOver(0, hub);
        assertThat(said.words).containsExactly("sent to b");
        assertThat(arrivals.isLostUntold("b")).isFalse();
    }

    /** What the hub said between the two was of a life of the link that was not lost, and the hub took it for lost. */
    @Test
    void nodeThatIsLostTwiceIsNotSpokenToBeforeTheHubKnowsOfBoth() {
        arrivals.lost("b");
        arrivals.lost("b");
        arrivals.handOver(0, hub);
        assertThat(said.words).containsExactly("kept from b", "sent to b");
        assertThat(arrivals.isLostUntold("b")).isFalse();
    }

    @Test
    void nodeWhoseWordsCannotBeReadIsForsakenAndCounted() {
        arrivals.deliver("b", new byte[] {1, 2, 3});
        arrivals.handOver(0, hub);
        assertThat(forsaken).containsExactly("b");
        assertThat(counters.snapshot()).containsEntry(SignalingCounter.FAULTS, 1L);
    }
}
