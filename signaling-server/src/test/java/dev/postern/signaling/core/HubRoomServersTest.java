package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ICE servers that belong to a room: who gets them when, and when they are over. */
class HubRoomServersTest {

    private static final long TTL_SECONDS = 1_000;

    private final PerRoom provider = new PerRoom();
    private final HubHarness hub =
            new HubHarness(SignalingConfig.builder().iceServers(provider).build());

    /** Names the room in the URL. */
    private static final class PerRoom implements IceServersProvider {

        private final List<String> ended = new ArrayList<>();

        @Override
        public IceServers servers(Client client) {
            return client.room() == null
                    ? IceServers.of(IceServer.of("stun:nowhere"))
                    : new IceServers(
                            List.of(IceServer.of("turn:" + client.room() + ":" + client.peerId())), TTL_SECONDS);
        }

        @Override
        public boolean isPerRoom() {
            return true;
        }

        @Override
        public void onRoomEnded(String room) {
            ended.add(room);
        }
    }

    @Test
    void joiningPeerHasTheRoomsServersBeforeTheAnswer() {
        HubHarness.Client ann = hub.client();
        assertThat(urlOf(ann.known().ice())).isEqualTo("stun:nowhere");
        ann.send(new ClientMessage.Join(ann.id(), "kitchen", null, Meta.EMPTY, ClientMessage.NO_GOT));
        List<ServerMessage> told = ann.take();
        assertThat(told).hasSize(2);
        assertThat(urlOf(told.get(0))).isEqualTo("turn:kitchen:" + ann.peer());
        assertThat(told.get(1)).isInstanceOf(ServerMessage.Ok.class);
    }

    @Test
    void refusedJoinChangesNothing() {
        HubHarness.Client ann = hub.client();
        ann.joinRefused("");
        assertThat(ann.take()).isEmpty();
    }

    @Test
    void resumedSessionHasTheServersOfItsRoom() {
        HubHarness.Client ann = hub.client();
        ann.join("kitchen");
        ann.drop();
        assertThat(urlOf(ann.resume(1).ice())).startsWith("turn:kitchen:");
    }

    @Test
    void leavingGivesTheServersOfTheRoomThatIsLeftOver() {
        HubHarness.Client ann = hub.client();
        ann.join("kitchen");
        ann.join("cellar");
        ann.take();
        ann.leave("cellar");
        assertThat(urlOf(ann.takeOne())).startsWith("turn:kitchen:");
        ann.leave("kitchen");
        assertThat(urlOf(ann.takeOne())).isEqualTo("stun:nowhere");
    }

    @Test
    void roomEndsWithItsLastPeerEachTimeThatItWasOpened() {
        HubHarness.Client ann = hub.client();
        HubHarness.Client ben = hub.client();
        ann.join("kitchen");
        ben.join("kitchen");
        ann.leave("kitchen");
        assertThat(provider.ended).isEmpty();
        ben.drop();
        assertThat(provider.ended).as("ben may come back").isEmpty();
        hub.advance(SignalingTime.RESUME_WINDOW.standard());
        assertThat(provider.ended).containsExactly("kitchen");
        ann.join("kitchen");
        ann.leave("kitchen");
        assertThat(provider.ended).containsExactly("kitchen", "kitchen");
    }

    private static String urlOf(ServerMessage message) {
        assertThat(message).isInstanceOf(ServerMessage.IceServersChange.class);
        return urlOf(((ServerMessage.IceServersChange) message).ice());
    }

    private static String urlOf(IceServers servers) {
        return servers.servers().get(0).urls().get(0);
    }
}
