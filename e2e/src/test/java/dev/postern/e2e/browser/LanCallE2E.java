package dev.postern.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code ./dev run --lan}: two browsers that come by an address of this host's network, over HTTPS with the certificate made there. */
class LanCallE2E {

    private static final String TEST_PICTURE = "media=canvas";

    @RegisterExtension
    static final CallStage stage =
            CallStage.puttingUpWithCertificates(PosternProcess.serve().asForOtherDevices());

    @Test
    void twoDevicesCallEachOtherWithTheirCameras() throws IOException {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), "media=camera");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE);
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        call.wordsArrive("over the network");
        assertThat(ann.ask("window.isSecureContext && location.protocol === 'https:'"))
                .isEqualTo(true);
        assertThat(stage.postern().log())
                .contains("--lan lets everyone on this network in", "this SHA-256:", origin() + "/#room=try");
    }

    @Test
    void theRelayIsOnTheNetworkToo() throws IOException {
        BrowserPeer ann = stage.ann().join(origin(), stage.room(), TEST_PICTURE, "relay=1");
        BrowserPeer bob = stage.bob().join(origin(), stage.room(), TEST_PICTURE, "relay=1");
        Conversation call = Conversation.between(ann, bob);
        call.picturesFlow();
        call.runsOver("relay");
        call.wordsArrive("through the relay");
    }

    private static URI origin() {
        return stage.postern().origin();
    }
}
