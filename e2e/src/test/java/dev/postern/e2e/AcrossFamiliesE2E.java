package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** coturn's client relays from IPv4 to IPv6 and back, and from IPv6 to IPv6: nothing is lost. */
class AcrossFamiliesE2E {

    private static final int CLIENTS = 10;
    private static final int MESSAGES = 100;

    private static Path coturn = Path.of("");
    private static PosternProcess postern;

    @BeforeAll
    static void start() throws InterruptedException {
        coturn = Requirement.COTURN.need();
        PosternProcess.Launch launch = PosternProcess.serve().forCoturnsClients();
        String ipv4 = "127.0.0.1:" + launch.chosenTurnPort();
        String ipv6 = "[::1]:" + launch.chosenTurnPort();
        postern = launch.set("turn.listen", "udp://" + ipv4 + ",tcp://" + ipv4 + ",udp://" + ipv6 + ",tcp://" + ipv6)
                .set("turn.relay-address", "127.0.0.1,::1")
                .set("turn.allow-peers", "127.0.0.0/8,::1/128")
                .start();
    }

    @AfterAll
    static void stop() {
        if (postern != null) {
            postern.close();
        }
    }

    /** {@code -x} asks for an IPv6 relay, {@code -X} for an IPv4 one by its name, {@code -t} reaches it over TCP. */
    @Execution(CONCURRENT)
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ::1, -x",
        "127.0.0.1, ::1, -x -t",
        "::1, 127.0.0.1, -X",
        "::1, 127.0.0.1, -X -t",
        "::1, ::1, -x",
    })
    void uclientLosesNothing(String relay, String peer, String flags) {
        try (EchoPeer echo = EchoPeer.start(coturn, peer)) {
            List<String> arguments = new ArrayList<>(List.of("-e", peer, "-r", String.valueOf(echo.port())));
            arguments.addAll(List.of(flags.split(" ")));
            Uclient.run(coturn, postern, relay, CLIENTS, MESSAGES, arguments)
                    .assertAllArrived((long) CLIENTS * MESSAGES);
            assertThat(echo.program().isAlive())
                    .as("the echoing peer still runs")
                    .isTrue();
        }
    }
}
