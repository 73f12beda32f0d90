package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** coturn's client over DTLS (OpenSSL's) against our relay, at a port of its own and at that of UDP: nothing lost, and nothing left. */
class CoturnDtlsE2E {

    private static final int CLIENTS = 20;
    private static final int MESSAGES = 200;

    private static Path clients = Path.of("");
    private static PosternProcess alone;
    private static PosternProcess beside;

    /** Whose port DTLS has. */
    enum At {
        ITS_OWN_PORT,
        THE_PORT_OF_UDP;

        PosternProcess postern() {
            return this == ITS_OWN_PORT ? alone : beside;
        }
    }

    @BeforeAll
    static void start() throws InterruptedException {
        clients = Requirement.COTURN.need();
        TestCertificate certificate = TestCertificate.make();
        alone = PosternProcess.serve()
                .relayOnlyOverDtls(certificate)
                .forCoturnsClients()
                .start();
        beside = PosternProcess.serve()
                .onePortWithDtls(certificate)
                .forCoturnsClients()
                .start();
    }

    @AfterAll
    static void stop() {
        for (PosternProcess postern : new PosternProcess[] {alone, beside}) {
            if (postern != null) {
                postern.close();
            }
        }
    }

    /**
     * Channels and Send indications: {@code -S} without {@code -t} is DTLS. Not with {@code -M}: there uclient crashes by itself with more
     * than one client, over TLS too.
     */
    @Execution(CONCURRENT)
    @ParameterizedTest
    @CsvSource({"ITS_OWN_PORT,''", "THE_PORT_OF_UDP,''", "THE_PORT_OF_UDP,-s"})
    void uclientLosesNothingToAPeerThatEchoes(At at, String flag) throws IOException {
        try (EchoPeer peer = EchoPeer.start(clients, "127.0.0.1")) {
            List<String> flags = new ArrayList<>(List.of("-S", "-e", "127.0.0.1", "-r", String.valueOf(peer.port())));
            if (!flag.isEmpty()) {
                flags.add(flag);
            }
            losesNothing(at, flags);
            assertThat(peer.program().isAlive())
                    .as("the echoing peer still runs")
                    .isTrue();
        }
    }

    @Execution(CONCURRENT)
    @Test
    void uclientLosesNothingBetweenItsOwnClients() throws IOException, InterruptedException {
        losesNothing(At.ITS_OWN_PORT, List.of("-S", "-y"));
        hasServedDtls(At.ITS_OWN_PORT);
    }

    @Execution(CONCURRENT)
    @Test
    void clientsOverDtlsAndOverUdpLoseNothingAtOnePortAtTheSameTime() throws IOException, InterruptedException {
        CompletableFuture<Void> plain =
                CompletableFuture.runAsync(() -> losesNothing(At.THE_PORT_OF_UDP, List.of("-y")));
        losesNothing(At.THE_PORT_OF_UDP, List.of("-S", "-y"));
        plain.join();
        hasServedDtls(At.THE_PORT_OF_UDP);
        assertThat(beside.metrics().sum("postern_turn_transport_dtls_taken_from_udp_total"))
                .isGreaterThanOrEqualTo((long) CLIENTS * MESSAGES);
    }

    private static void hasServedDtls(At at) throws IOException, InterruptedException {
        Metrics metrics = at.postern().metrics();
        assertThat(metrics.sum("postern_turn_transport_dtls_sessions_opened_total"))
                .isGreaterThanOrEqualTo(CLIENTS);
        assertThat(metrics.sum("postern_turn_transport_dtls_intake_dropped_total"))
                .isZero();
    }

    private static void losesNothing(At at, List<String> flags) {
        Uclient.run(clients, at.postern(), CLIENTS, MESSAGES, flags).assertAllArrived((long) CLIENTS * MESSAGES);
    }
}
