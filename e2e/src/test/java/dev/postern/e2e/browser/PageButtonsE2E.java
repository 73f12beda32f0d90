package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PosternProcess;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that a hand can press on the call page does what it says; the stage sees to it that no error is written or thrown. */
class PageButtonsE2E {

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve());

    @Test
    void theControlsOfACallDoTheirWork() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=camera");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), "media=camera");
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();

        ann.press("mute");
        bob.awaitWords("remote-name", "muted");
        ann.press("mute");
        ann.press("picture");
        assertThat(ann.part("picture").getAttribute("aria-pressed")).isEqualTo("true");
        ann.press("picture");
        ann.press("drop-socket");
        ann.awaitWords("events", "Signaling session resumed");
        call.picturesFlow();

        ann.press("hang-up");
        bob.awaitWords("verdict-title", "nobody else is here");
        ann.press("join");
        ann.askUntil("witness.connections.length === 2 && witness.connected()");
        Conversation.between(ann, bob).wordsArrive("joined again");
    }

    @Test
    void whatStandsBesideTheCallOpensAndShuts() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=none");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), "media=canvas");
        Conversation.between(ann, bob).wordsArrive("<img src=x onerror=alert(1)>");

        ann.press("theme");
        ann.press("live-table-toggle");
        ann.part("live-table").locator("table").waitFor();
        ann.part("log").locator("summary").first().click();
        ann.awaitWords("log-lines", "welcome");
        ann.part("candidates").locator("summary").first().click();
        ann.press("copy-report");
        assertThat(ann.part("chat-log").locator("img").count()).isZero();
        assertThat(ann.part("log-lines").innerText()).doesNotContain(credentialOf(ann));
    }

    @Test
    void aThirdPersonIsToldThatTheRoomIsTaken() {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=none");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), "media=none");
        Conversation call = Conversation.between(ann, bob);

        BrowserPeer third = stage.carol().join(origin(), stage.room(), "media=none");

        third.awaitWords("notice", "Two people are already in this room");
        call.wordsArrive("undisturbed");
    }

    private static String credentialOf(BrowserPeer peer) {
        return String.valueOf(peer.ask("postern.client.iceServers.map((one) => one.credential).find(Boolean)"));
    }

    private static URI origin() {
        return stage.postern().origin();
    }
}
