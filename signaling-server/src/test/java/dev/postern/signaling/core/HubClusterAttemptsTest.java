package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubAttemptsTest.attempt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Hellos of one client that overtake each other on their way to different nodes. */
class HubClusterAttemptsTest {

    private final ClusterHarness harness = ClusterHarness.of("a", "b", "c");
    private final Node a = harness.node("a");
    private final Node b = harness.node("b");
    private final Node c = harness.node("c");
    private final Client ann = a.client();
    private final Client bob = b.client();

    private void knock(Client client, Node node, ClientMessage.Resume resume) {
        client.node = node;
        client.connection = node.hub.onOpen(harness.net.nowNanos, client);
        client.knock(resume);
        harness.advance(ClusterHarness.SOON);
    }

    /** Opens a connection to a node that does not take its hello, and answers how that is closed. */
    private @Nullable CloseCode closeOfLate(Node node, ClientMessage.Resume resume) {
        Client late = harness.new Client(node, null);
        late.knock(resume);
        harness.advance(ClusterHarness.SOON);
        return node.output.closeOf(late.connection);
    }

    private void meet() {
        ann.join("r");
        bob.join("r");
        ann.news();
        bob.news();
    }

    @Test
    void aHelloThatALaterOneAtAnotherNodeHasOvertakenChangesNothing() {
        meet();
        ClientMessage.Resume ticket = ann.ticket();
        knock(ann, b, attempt(2, ticket));
        assertThat(ann.known().resumed()).isTrue();
        assertThat(closeOfLate(c, attempt(1, ticket))).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(closeOfLate(a, attempt(2, ticket))).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(closeOfLate(b, attempt(1, ticket))).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(ann.closed()).isNull();
        assertThat(bob.news()).isEmpty();
        assertThat(ann.sig(bob, "r", "x")).isInstanceOf(ServerMessage.Ok.class);
    }

    /** Without numbers another node has to wait until the client may be taken to have given the session's connection up. */
    @Test
    void aLostWelcomeIsAskedForAgainAtOnceAtAnyNode() {
        meet();
        ClientMessage.Resume ticket = ann.ticket();
        knock(ann, b, attempt(1, ticket));
        b.output.take(ann.connection); // the welcome does not arrive
        Connection lost = ann.connection;
        knock(ann, c, attempt(2, ticket));
        assertThat(ann.known().resumed()).isTrue();
        assertThat(ann.known().epoch()).isEqualTo("c");
        assertThat(b.output.closeOf(lost)).isEqualTo(CloseCode.REPLACED);
    }

    @Test
    void theNumberGoesWithASessionThatItsNodeGivesAway() {
        meet();
        ClientMessage.Resume ticket = ann.ticket();
        ann.drop();
        knock(ann, a, attempt(2, ticket));
        assertThat(ann.known().resumed()).isTrue();
        ann.drop();
        assertThat(a.drain(null)).isTrue();
        harness.advanceAwake(Duration.ofSeconds(17), bob);
        assertThat(a.nodes().isDrained()).isTrue();
        assertThat(closeOfLate(b, attempt(1, ticket))).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(closeOfLate(c, attempt(2, ticket))).isEqualTo(CloseCode.OVERTAKEN);
        knock(ann, c, attempt(3, ticket));
        assertThat(ann.known().resumed()).isTrue();
    }
}
