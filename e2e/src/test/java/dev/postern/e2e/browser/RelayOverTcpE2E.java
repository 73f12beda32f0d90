package dev.postern.e2e.browser;

import dev.postern.e2e.PosternProcess;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Browsers whose networks let no UDP through: {@code turn:...?transport=tcp} alone. */
class RelayOverTcpE2E {

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve().relayOnlyOver("tcp"));

    @Test
    void aCallThroughTheRelayAloneCarriesEverything() throws IOException, InterruptedException {
        RelayedCall.carriesEverything(stage, "tcp");
    }
}
