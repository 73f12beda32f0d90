package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Security case S32: churn of allocations, streams and strangers, round after round, and memory, file descriptors and threads stay where
 * they were. The minutes are those of the system property {@code postern.soak.minutes}.
 */
class SoakE2E {

    private static final double MINUTES = Double.parseDouble(System.getProperty("postern.soak.minutes", "0.2"));
    private static final int CLIENTS = 10;
    private static final int MESSAGES = 20;
    private static final int CONNECTIONS = 200;
    private static final int STRANGERS = 2_000;
    private static final int WARM_UP_ROUNDS = 3;
    private static final long MOST_GROWTH = 16L << 20;
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final String[] FIXED_HEAP = {"-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"};

    @Test
    void s32_memoryFilesAndThreadsAreFlatUnderChurn() throws Exception {
        Path coturn = Requirement.COTURN.need();
        try (PosternProcess postern =
                PosternProcess.serve().jvm(FIXED_HEAP).forCoturnsClients().start()) {
            SpoofedFlood strangers = new SpoofedFlood(postern.turnPort());
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                round(coturn, postern, strangers);
            }
            ProcessFigures before = postern.figures();
            List<ProcessFigures> each = new ArrayList<>();
            long deadline = System.nanoTime() + (long) (MINUTES * 60e9);
            do {
                round(coturn, postern, strangers);
                each.add(postern.figures());
            } while (System.nanoTime() - deadline < 0);
            ProcessFigures after = postern.figures();

            System.out.printf(
                    "s32: %d rounds in %.1f min, %d allocations; before %s; after %s%n",
                    each.size(), MINUTES, opened(postern), before, after);
            assertThat(after.residentBytes() - before.residentBytes())
                    .as("growth of memory over %s", each)
                    .isLessThan(MOST_GROWTH);
            assertThat(after.files()).as("files over %s", each).isLessThanOrEqualTo(before.files() + 2);
            assertThat(after.threads()).as("threads over %s", each).isLessThanOrEqualTo(before.threads() + 2);
        }
    }

    /**
     * Allocations over UDP and TCP that relay and end, connections that come and go, requests of strangers; -c: no reserved ports. The two
     * transports go beside each other, since coturn's client mostly waits for its own pace.
     */
    private static void round(Path coturn, PosternProcess postern, SpoofedFlood strangers) throws IOException {
        CompletableFuture<Uclient> overTcp = CompletableFuture.supplyAsync(
                () -> Uclient.run(coturn, postern, CLIENTS, MESSAGES, List.of("-y", "-c", "-t")));
        Uclient.run(coturn, postern, CLIENTS, MESSAGES, List.of("-y", "-c"));
        overTcp.join();
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), postern.turnPort())) {
                assertThat(silent.isConnected()).isTrue();
            }
        }
        strangers.from(STRANGERS);
        BindingProbe.overTcp(postern.turnPort(), ANSWER);
    }

    private static long opened(PosternProcess postern) {
        return read(postern, "postern_turn_allocations_opened_total");
    }

    private static long read(PosternProcess postern, String metric) {
        try {
            return postern.metrics().sum(metric);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
