package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.Metrics;
import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Browsers that may use nothing but the relay, reached over UDP. */
class RelayOverUdpE2E {

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve().relayOnlyOver("udp"));

    @Test
    void aCallThroughTheRelayAloneCarriesEverything() throws IOException, InterruptedException {
        RelayedCall.carriesEverything(stage, "udp");
    }

    @Test
    void aWrongPasswordIsSaidInAClearSentence() throws IOException, InterruptedException {
        URI origin = stage.postern().origin();
        Metrics before = stage.postern().metrics();
        BrowserPeer ann = stage.ann().join(origin, stage.room(), "media=canvas", "relay=1", "break=turn-password");
        stage.bob().join(origin, stage.room(), "media=canvas", "relay=1");

        ann.awaitWords("verdict-title", "refused the password");

        assertThat(ann.part("verdict-detail").innerText()).contains("401");
        assertThat(ann.part("verdict-next").innerText()).contains("shared secret");
        assertThat(ann.part("verdict").getAttribute("data-level")).isEqualTo("bad");
        assertThat(stage.postern().metrics().sum("postern_turn_auth_failed_401_total"))
                .isGreaterThan(before.sum("postern_turn_auth_failed_401_total"));
    }
}
