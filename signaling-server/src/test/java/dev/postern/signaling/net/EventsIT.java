package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingEvent.Kind;
import dev.postern.signaling.SignalingServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The listener of a server that really runs. */
class EventsIT {

    @Test
    void theListenerHasHeardEverythingWhenTheServerIsClosed() throws Exception {
        List<SignalingEvent> heard = new CopyOnWriteArrayList<>();
        SignalingServer server = SignalingServer.start(
                SignalingConfig.builder().listener(heard::add).build());
        try (RawSocket raw = RawSocket.hello(server.uri())) {
            raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
            raw.readUntil("ok");
            raw.text("{\"t\":\"leave\",\"id\":2,\"room\":\"r\"}");
            raw.readUntil("ok");
            // while the client is still there: one that goes first is lost, which the listener would hear as well
            server.close();
        } finally {
            server.close();
        }
        assertThat(heard)
                .extracting(SignalingEvent::kind)
                .containsExactly(
                        Kind.SESSION_STARTED,
                        Kind.ROOM_OPENED,
                        Kind.PEER_JOINED,
                        Kind.PEER_LEFT,
                        Kind.ROOM_CLOSED,
                        Kind.SESSION_ENDED);
    }
}
