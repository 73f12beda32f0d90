package dev.postern.e2e.browser;

import dev.postern.e2e.PosternProcess;
import dev.postern.e2e.TestCertificate;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Browsers that reach the relay over TLS alone: {@code turns:localhost:port?transport=tcp}. */
class RelayOverTlsE2E {

    private static final TestCertificate CERTIFICATE = TestCertificate.make();

    @RegisterExtension
    static final CallStage stage = CallStage.on(PosternProcess.serve().relayOnlyOverTls(CERTIFICATE), CERTIFICATE);

    @Test
    void aCallThroughTheRelayAloneCarriesEverything() throws IOException, InterruptedException {
        RelayedCall.carriesEverything(stage, "tls");
    }
}
