package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PosternProcess;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The call page where the server asks for tokens: in the link or asked for, kept nowhere, and what a moderator may do. */
class CallAccessE2E {

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve()
            .set("signaling.auth", "jwt")
            .set("signaling.api-keys." + SignedToken.KEY_NAME, SignedToken.SECRET));

    private static final Duration LONG = Duration.ofHours(1);
    /** The server warns a minute before a token ends. */
    private static final Duration ENDS_SOON = Duration.ofSeconds(62);

    private static String token(String user, String role, Duration validFor) {
        return SignedToken.of(user, stage.room(), role, validFor);
    }

    @Test
    void aTokenIsAskedForAndKeptNowhere() {
        String token = token("ann", "peer", LONG);
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=none");
        ann.awaitWords("token-form", "This server wants a token");
        ann.part("token").fill("no token");
        ann.press("token-use");
        ann.awaitWords("token-fault", "did not let you in");
        ann.part("token").fill(token);
        ann.press("token-use");
        ann.awaitWords("stage", "Nobody else is here yet");
        assertNowhere(ann, token);
    }

    @Test
    void aTokenOfTheLinkIsTakenOutOfTheAddressAndNotPassedOn() {
        String token = token("ann", "peer", LONG);
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=none", "token=" + token);
        ann.awaitWords("stage", "Nobody else is here yet");
        assertNowhere(ann, token);
        ann.awaitWords("invite-who", "yours is not in it");
    }

    private static void assertNowhere(BrowserPeer peer, String token) {
        assertThat(peer.page().url()).doesNotContain(token);
        assertThat(peer.part("room-link").inputValue()).doesNotContain("token").contains(stage.room());
        assertThat(String.valueOf(
                        peer.ask("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")))
                .contains(stage.room())
                .doesNotContain(token);
        assertThat(peer.part("log-lines").textContent()).contains("hello").doesNotContain(token);
    }

    @Test
    void aModeratorLocksTheRoomAndSendsThePeerOut() {
        BrowserPeer mo =
                stage.ann().join(origin(), stage.room(), "media=none", "token=" + token("mo", "moderator", LONG));
        mo.awaitWords("access", "You are a moderator");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), "media=none", "token=" + token("bob", "peer", LONG));
        mo.awaitConnected();
        assertThat(bob.part("lock").isVisible()).isFalse();
        mo.press("lock");
        bob.awaitWords("access", "The room is locked");
        BrowserPeer carol =
                stage.carol().join(origin(), stage.room(), "media=none", "token=" + token("carol", "peer", LONG));
        carol.awaitWords("notice", "A moderator has locked this room");
        Conversation.between(mo, bob).wordsArrive("undisturbed");
        mo.press("kick");
        bob.awaitWords("notice", "A moderator has sent you out");
        mo.awaitWords("stage", "Nobody else is here yet");
        bob.press("join");
        bob.awaitWords("stage", "You left the call");
    }

    @Test
    void aTokenThatEndsSoonIsReplacedInTheMiddleOfACall() {
        BrowserPeer mo =
                stage.ann().join(origin(), stage.room(), "media=none", "token=" + token("mo", "moderator", LONG));
        BrowserPeer bob =
                stage.bob().join(origin(), stage.room(), "media=none", "token=" + token("bob", "peer", ENDS_SOON));
        mo.awaitConnected();
        bob.awaitWords("token-form", "Your token ends soon");
        bob.part("token").fill("no token");
        bob.press("token-use");
        bob.part("token-fault").waitFor();
        bob.part("token").fill(token("bob", "peer", LONG));
        bob.press("token-use");
        bob.awaitWords("events", "The server has taken a newer token");
        Conversation.between(mo, bob).wordsArrive("still here");
    }

    private static URI origin() {
        return stage.postern().origin();
    }
}
