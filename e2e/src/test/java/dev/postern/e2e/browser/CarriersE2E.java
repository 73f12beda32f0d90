package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.Middlebox;
import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Calls whose signaling finds its way over plain HTTP, because something between does not pass WebSockets on. */
class CarriersE2E {

    private static final String TEST_PICTURE = "media=canvas";
    private static final String REFUSED = "WebSocket connection to .* failed";

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve().asForDevelopment());

    @Test
    void callOverServerSentEventsWhereWebSocketsAreRefused() throws IOException {
        try (Middlebox box = Middlebox.refusingWebSockets(stage.postern().signalingPort())) {
            complete(box, "sse", "carried by server-sent events");
            assertThat(box.refused()).as("attempts over a WebSocket").isEqualTo(1);
            assertThat(box.held()).isZero();
        }
    }

    @Test
    void callOverLongPollsWhereEventStreamsAreHeldBackToo() throws IOException {
        try (Middlebox box = Middlebox.holdingEventsToo(stage.postern().signalingPort())) {
            complete(box, "long-poll", "events are held back by something between, so polling instead");
            assertThat(box.refused()).as("attempts over a WebSocket").isEqualTo(1);
            assertThat(box.held()).isPositive();
        }
    }

    /** Ann is behind the box, Bob is not; the call begins, ICE restarts, and Ann's session survives the loss of its carrier. */
    private static void complete(Middlebox box, String carrier, String words) {
        BrowserPeer ann = stage.ann().expectingError(REFUSED).join(box.origin(), stage.room(), TEST_PICTURE);
        BrowserPeer bob = stage.bob().join(stage.postern().origin(), stage.room(), TEST_PICTURE);
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        call.wordsArrive("hello");
        ann.askUntil("postern.client.carrier === '" + carrier + "'");
        assertThat(bob.ask("postern.client.carrier")).isEqualTo("websocket");
        ann.askUntil("document.querySelector('[data-testid=log-lines]').textContent.includes('" + words + "')");

        ann.press("drop-socket");
        ann.awaitWords("events", "Signaling session resumed");
        String before = ann.ufrag();
        ann.press("restart-ice"); // offer and answer travel over the resumed session
        ann.awaitOtherUfragThan(before);
        call.picturesFlow();
        assertThat(ann.ask("postern.client.carrier")).isEqualTo(carrier);
    }
}
