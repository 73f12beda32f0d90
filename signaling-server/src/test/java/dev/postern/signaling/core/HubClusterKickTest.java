package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.RoomRule;
import dev.postern.signaling.core.ClusterHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who was sent out of a room stays out, whatever becomes of the room's home. */
class HubClusterKickTest {

    @Test
    void whoWasSentOutStaysOutWhenTheHomeIsLost() {
        ClusterHarness harness = ClusterHarness.of("a", "b", "c");
        Client opener = harness.node("a").client();
        Client mod = harness.node("b").client(HubClusterTest.moderator("mia"));
        Client eve = harness.node("c").client(HubClusterTest.grant("eve", RoomRule.of("*")));
        Client late = harness.node("c").client();
        opener.join("r");
        mod.join("r");
        eve.join("r");
        assertThat(mod.ask(kick(mod, eve))).isInstanceOf(ServerMessage.Ok.class);
        late.join("r"); // to whose node the home says it only now
        harness.node("a").kill();
        harness.node("b").kill();
        harness.advanceAwake(ClusterHarness.UNTIL_LOST, late, eve);
        assertThat(HubHarness.errorOf(eve.ask(eve.joinMessage("r")))).isEqualTo(ErrorCode.KICKED);
    }

    /** The moderator was told ok, the home was lost, and who was sent out had not heard of it. */
    @Test
    void aKickThatWasAnsweredHoldsThoughOnlyTheNodeOfWhoKickedHeardOfIt() {
        for (long seed = 1; seed <= 8; seed++) {
            ClusterHarness harness = ClusterHarness.of(seed, "a", "b", "c");
            Client opener = harness.node("a").client();
            Client mod = harness.node("b").client(HubClusterTest.moderator("mia"));
            Client eve = harness.node("c").client(HubClusterTest.grant("eve", RoomRule.of("*")));
            opener.join("r");
            mod.join("r");
            eve.join("r");
            mod.news();
            ClientMessage.Kick kick = kick(mod, eve);
            mod.send(kick);
            while (mod.answer(kick.id()) == null) {
                harness.advance(Duration.ofMillis(1));
            }
            harness.net.cut("a");
            harness.node("a").kill();
            harness.advanceAwake(ClusterHarness.UNTIL_LOST, mod, eve);
            assertThat(eve.count("LEAVE " + eve.peer() + " KICKED"))
                    .as("seed %d", seed)
                    .isEqualTo(1);
            assertThat(mod.news())
                    .as("seed %d", seed)
                    .filteredOn(word -> word.startsWith("LEAVE " + eve.peer()))
                    .hasSize(1);
            assertThat(HubHarness.errorOf(eve.ask(eve.joinMessage("r")))).isEqualTo(ErrorCode.KICKED);
        }
    }

    private static ClientMessage.Kick kick(Client moderator, Client peer) {
        return new ClientMessage.Kick(moderator.id(), "r", peer.peer(), ClientMessage.NO_GOT);
    }
}
