package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** coturn's client over DTLS (OpenSSL's) against our relay: nothing lost, and nothing left. */
class CoturnDtlsE2E {

    private static final int CLIENTS = 20;
    private static final int MESSAGES = 200;

    private static Path clients = Path.of("");
    private static PosternProcess postern;

    @BeforeAll
    static void start() throws InterruptedException {
        clients = Requirement.COTURN.need();
        postern = PosternProcess.serve()
                .relayOnlyOverDtls(TestCertificate.make())
                .forCoturnsClients()
                .start();
    }

    @AfterAll
    static void stop() {
        if (postern != null) {
            postern.close();
        }
    }

    /**
     * Channels and Send indications: {@code -S} without {@code -t} is DTLS. Not with {@code -M}: there uclient crashes by itself with more
     * than one client, over TLS too.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "-s"})
    void uclientLosesNothingToAPeerThatEchoes(String flag) throws IOException {
        int peerPort = FreePort.pick();
        try (Program peer = Program.start(List.of(
                clients.resolve("turnutils_peer").toString(), "-L", "127.0.0.1", "-p", String.valueOf(peerPort)))) {
            List<String> flags = new ArrayList<>(List.of("-S", "-e", "127.0.0.1", "-r", String.valueOf(peerPort)));
            if (!flag.isEmpty()) {
                flags.add(flag);
            }
            losesNothing(flags);
            assertThat(peer.isAlive()).as("the echoing peer still runs").isTrue();
        }
    }

    @Test
    void uclientLosesNothingBetweenItsOwnClients() throws IOException, InterruptedException {
        losesNothing(List.of("-S", "-y"));
        Metrics metrics = postern.metrics();
        assertThat(metrics.sum("postern_turn_transport_dtls_sessions_opened_total"))
                .isGreaterThanOrEqualTo(CLIENTS);
        assertThat(metrics.sum("postern_turn_transport_dtls_intake_dropped_total"))
                .isZero();
    }

    private static void losesNothing(List<String> flags) {
        Uclient.run(clients, postern, CLIENTS, MESSAGES, flags).assertAllArrived((long) CLIENTS * MESSAGES);
    }
}
