package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PosternProcess;
import dev.postern.e2e.Wire;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two browsers that reach each other: the call that {@code ./dev run} gives, and what may happen to it. */
class DirectCallE2E {

    private static final String CAMERA = "media=camera";
    private static final String TEST_PICTURE = "media=canvas";

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve().asForDevelopment());

    @Test
    void twoBrowsersSeeEachOtherTalkAndExchangeTenMegabytes() throws IOException {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), CAMERA);
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        call.wordsArrive("hello");
        call.tenMegabytesArriveBothWays();
        assertThat(ann.candidateType("local")).isNotEqualTo("relay");
        ann.awaitWords("verdict-title", "directly over UDP");
    }

    @Test
    void aReloadedPageFindsItsWayBack() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), TEST_PICTURE);
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
        Conversation.between(ann, bob).wordsArrive("before");

        bob.page().reload();

        ann.askUntil("witness.connections.length === 2 && witness.connected()");
        Conversation call = Conversation.between(ann, bob);
        call.wordsArrive("after");
        call.picturesFlow();
    }

    @Test
    void aCutSignalingConnectionResumesAndTheCallGoesOn() throws IOException {
        try (Wire wire = Wire.to(stage.postern().signalingPort())) {
            URI throughTheWire = URI.create("http://127.0.0.1:" + wire.port());
            BrowserPeer ann = stage.ann()
                    .expectingError(
                            "WebSocket connection to .* failed|ERR_(CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)")
                    .join(throughTheWire, stage.room(), TEST_PICTURE);
            BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
            Conversation call = Conversation.between(ann, bob);

            wire.cut();
            ann.awaitSignaling("waiting");
            call.wordsArrive("while cut");
            call.picturesFlow();

            wire.mend();
            ann.awaitSignaling("open");
            ann.awaitWords("events", "Signaling session resumed");
            String before = ann.ufrag();
            ann.press("restart-ice"); // offer and answer travel over the resumed session
            ann.awaitOtherUfragThan(before);
            call.picturesFlow();
            assertThat(ann.ask("witness.connections.length")).isEqualTo(1);
        }
    }

    @Test
    void restartingIceFindsThePathAnewWhileTheCallGoesOn() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), TEST_PICTURE);
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
        Conversation call = Conversation.between(ann, bob);
        String annBefore = ann.ufrag();
        String bobBefore = bob.ufrag();

        bob.press("restart-ice");

        ann.awaitOtherUfragThan(annBefore);
        bob.awaitOtherUfragThan(bobBefore);
        call.picturesFlow();
        call.wordsArrive("after the restart");
        assertThat(ann.ask("witness.connections.length")).isEqualTo(1);
    }

    @Test
    void forcingTheRelayMovesARunningCallToItAndBack() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), TEST_PICTURE);
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
        Conversation call = Conversation.between(ann, bob);

        ann.press("force-relay");
        ann.askUntil("witness.selectedPair().then((pair) => pair?.local?.type === 'relay')");
        call.picturesFlow();
        call.wordsArrive("through the relay");

        ann.press("force-relay");
        ann.askUntil("witness.selectedPair().then((pair) => pair && pair.local?.type !== 'relay')");
        call.picturesFlow();
        call.wordsArrive("directly again");
    }

    private static URI origin() {
        return stage.postern().origin();
    }
}
