package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** coturn's own clients against our STUN server and relay: somebody else's reading of the RFCs, and nothing lost. */
class CoturnClientsE2E {

    private static final Duration PROBE = Duration.ofSeconds(20);

    private static final int CLIENTS = 20;
    private static final int MESHED_CLIENTS = 10;
    private static final int MESSAGES = 200;
    private static final Pattern REFLEXIVE = Pattern.compile("UDP reflexive addr: 127\\.0\\.0\\.1:\\d+");

    private static Path clients = Path.of("");
    private static PosternProcess postern;

    @BeforeAll
    static void start() throws InterruptedException {
        clients = Requirement.COTURN.need();
        postern = PosternProcess.serve()
                .onePortWithTls(TestCertificate.make())
                .forCoturnsClients()
                .set("turn.tcp-relay", "true")
                .start();
    }

    @AfterAll
    static void stop() {
        if (postern != null) {
            postern.close();
        }
    }

    @Test
    void stunclientLearnsItsAddress() throws IOException {
        // stunclient never sends twice: it is asked only once our own probe was answered
        BindingProbe.overUdp(postern.turnPort(), PROBE);
        try (Program stunclient = Program.start(List.of(
                clients.resolve("turnutils_stunclient").toString(),
                "-p",
                String.valueOf(postern.turnPort()),
                "127.0.0.1"))) {
            assertThat(stunclient.finish(PROBE)).containsPattern(REFLEXIVE);
        }
    }

    @Test
    void bindingIsAnsweredOverUdpAndTcp() throws IOException {
        assertThat(BindingProbe.overUdp(postern.turnPort(), PROBE).getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(BindingProbe.overTcp(postern.turnPort(), PROBE).getAddress().isLoopbackAddress())
                .isTrue();
    }

    /**
     * The flags of uclient beside the common ones: UDP, TCP or TLS to the relay, Send indications instead of channels, and mobility, where
     * each client allocates, goes on by a new socket with its ticket, and sometimes closes the old one before.
     */
    @Execution(CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"", "-t", "-s", "-M", "-M -t", "-M -s", "-t -S", "-t -S -s"})
    void uclientLosesNothingToAPeerThatEchoes(String flags) throws IOException {
        BindingProbe.overUdp(postern.turnPort(), PROBE);
        try (EchoPeer peer = EchoPeer.start(clients, "127.0.0.1")) {
            List<String> command = new ArrayList<>(List.of("-e", "127.0.0.1", "-r", String.valueOf(peer.port())));
            command.addAll(words(flags));
            losesNothing(command);
            assertThat(peer.program().isAlive())
                    .as("the echoing peer still runs")
                    .isTrue();
        }
    }

    @Execution(CONCURRENT)
    @ParameterizedTest
    @ValueSource(strings = {"", "-t"})
    void uclientLosesNothingBetweenItsOwnClients(String flags) throws IOException {
        BindingProbe.overUdp(postern.turnPort(), PROBE);
        losesNothing(flags.isEmpty() ? List.of("-y") : List.of("-y", flags));
    }

    /**
     * RFC 6062: each client is connected with each other one by a connection between their relayed ports, 90 ends in all. Not over TLS:
     * there uclient takes what comes in one record for one message, and a stream of bytes has no messages to cut records at.
     */
    @Execution(CONCURRENT)
    @Test
    void uclientLosesNothingOverTcpBetweenRelays() throws IOException {
        BindingProbe.overTcp(postern.turnPort(), PROBE);
        Uclient run = Uclient.run(clients, postern, MESHED_CLIENTS, MESSAGES, List.of("-T"));
        run.assertAllArrived((long) MESHED_CLIENTS * MESSAGES);
        assertThat(run.output()).contains(MESHED_CLIENTS * (MESHED_CLIENTS - 1) + " connections are completed");
    }

    private static List<String> words(String flags) {
        return flags.isEmpty() ? List.of() : List.of(flags.split(" "));
    }

    private static void losesNothing(List<String> flags) {
        Uclient.run(clients, postern, CLIENTS, MESSAGES, flags).assertAllArrived((long) CLIENTS * MESSAGES);
    }
}
