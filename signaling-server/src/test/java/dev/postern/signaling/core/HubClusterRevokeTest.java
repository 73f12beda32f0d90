package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.core.ClusterHarness.Node;
import dev.postern.signaling.protocol.CloseCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users who are revoked at one node, wherever their sessions are and whatever the other nodes know. */
class HubClusterRevokeTest {

    private static final Grant EVE = HubClusterTest.grant("eve", RoomRule.of("*"));

    /** Its node had let go of the session when it heard, and the next one took it in and knew of nothing wrong with it. */
    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "c"})
    void whoIsRevokedWhileHisSessionMovesIsOutAtOnceAtEveryMoment(String revoker) {
        for (int millis = 0; millis <= 100; millis += 4) {
            ClusterHarness harness = ClusterHarness.of("a", "b", "c");
            Map<String, Client> others = new TreeMap<>();
            for (String node : List.of("a", "b", "c")) {
                others.put("in-" + node, harness.node(node).client());
            }
            Client eve = harness.node("a").client(EVE);
            others.forEach((room, client) -> client.join(room));
            others.keySet().forEach(eve::join);
            eve.drop();
            eve.knockAt(harness.node("c"));
            harness.advance(Duration.ofMillis(millis));
            others.values().forEach(Client::news);
            harness.node(revoker).hub.onRevoke(harness.net.nowNanos, "eve");
            harness.advance(ClusterHarness.SOON);
            String when = "after " + millis + " ms";
            assertThat(eve.closed()).as(when).isEqualTo(CloseCode.REVOKED);
            others.values().forEach(client -> {
                List<String> news = client.news();
                assertThat(news).as(when).endsWith("LEAVE " + eve.peer() + " REVOKED");
                assertThat(news)
                        .as(when)
                        .filteredOn(word -> word.startsWith("LEAVE"))
                        .hasSize(1);
                client.close();
            });
            harness.advance(Duration.ofSeconds(2));
            harness.assertNothingIsLeft();
        }
    }

    @Test
    void aNodeThatBeginsLaterKnowsWhoIsRevoked() {
        ClusterHarness harness = ClusterHarness.of("a", "b");
        harness.node("a").hub.onRevoke(harness.net.nowNanos, "eve");
        harness.advance(ClusterHarness.SOON);
        Node late = harness.start("c");
        harness.advance(ClusterHarness.SOON);
        assertThat(late.client(EVE).closed()).isEqualTo(CloseCode.REVOKED);
        harness.node("b").hub.onRestore("eve");
        harness.advance(ClusterHarness.SOON);
        assertThat(late.client(EVE).closed()).isNull();
        Node later = harness.start("d");
        harness.advance(ClusterHarness.SOON);
        assertThat(later.client(EVE).closed()).isNull();
    }

    @Test
    void aNodeThatWasCutOffHearsWhoWasRevokedMeanwhileAndWhoNoLongerIs() {
        ClusterHarness harness = ClusterHarness.of("a", "b", "c");
        Node c = harness.node("c");
        Client eve = c.client(EVE);
        Client fay = c.client(HubClusterTest.grant("fay", RoomRule.of("*")));
        harness.node("b").hub.onRevoke(harness.net.nowNanos, "gil");
        harness.advance(ClusterHarness.SOON);
        harness.net.cut("c");
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, eve, fay);
        harness.node("a").hub.onRevoke(harness.net.nowNanos, "eve");
        harness.node("a").hub.onRevoke(harness.net.nowNanos, "fay");
        harness.advanceAwake(ClusterHarness.SOON, eve, fay);
        harness.node("b").hub.onRestore("fay");
        harness.node("b").hub.onRestore("gil");
        harness.advanceAwake(ClusterHarness.SOON, eve, fay);
        assertThat(eve.closed()).isNull();
        harness.net.heal("c");
        harness.advance(Duration.ofSeconds(5));
        assertThat(eve.closed()).isEqualTo(CloseCode.REVOKED);
        assertThat(c.client(EVE).closed()).isEqualTo(CloseCode.REVOKED);
        for (Node node : List.of(harness.node("a"), c)) {
            for (String user : List.of("fay", "gil")) {
                Client again = node.client(HubClusterTest.grant(user, RoomRule.of("*")));
                assertThat(again.closed()).as("%s at %s", user, node.id()).isNull();
            }
        }
    }
}
