package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Security case S13 over sockets: strangers from 100,000 addresses cost the packaged server no memory, and its clients nothing. */
class SpoofedFloodE2E {

    private static final int SOURCES = 100_000;
    private static final int WARM_UP = 60_000;
    private static final long MOST_GROWTH = 10_000_000;

    /** The JVM adds a compiler thread, or an HTTP connection ends later: nothing that 100,000 sources could be read from. */
    private static final long FEW = 2;

    private static final int CLIENTS = 4;
    private static final int MESSAGES = 150;
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private static final long BETWEEN_BINDINGS_NANOS = 5_000_000;

    /** A small heap that is touched at once, so that what grows is not the heap's first use. */
    private static final String[] FIXED_HEAP = {"-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"};

    @Test
    void s13_hundredThousandSourcesCostNoMemoryAndNoClientAPacket() throws Exception {
        Path coturn = Requirement.COTURN.need();
        try (PosternProcess postern =
                PosternProcess.serve().jvm(FIXED_HEAP).forCoturnsClients().start()) {
            SpoofedFlood flood = new SpoofedFlood(postern.turnPort());
            relayedClients(coturn, postern); // the code of all of it is compiled, as after a minute of service
            flood.from(WARM_UP);
            BindingProbe.overUdp(postern.turnPort(), ANSWER);
            ProcessFigures before = postern.figures();
            long requests = requests(postern);

            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Uclient> relayed = CompletableFuture.supplyAsync(() -> relayedClients(coturn, postern));
            CompletableFuture<Integer> bindings = CompletableFuture.supplyAsync(() -> bindings(postern, done));
            flood.from(SOURCES);
            relayed.join().assertAllArrived((long) CLIENTS * MESSAGES);
            done.set(true);
            int answered = bindings.join();
            ProcessFigures after = postern.figures();

            System.out.printf(
                    "s13: %d sources; before %s; after %s; %d bindings beside them, none lost; uclient %d of %d%n",
                    SOURCES,
                    before,
                    after,
                    answered,
                    relayed.join().received(),
                    relayed.join().sent());
            assertThat(requests(postern) - requests)
                    .as("requests of strangers that arrived")
                    .isGreaterThan(SOURCES * 95L / 100);
            assertThat(after.residentBytes() - before.residentBytes()).isLessThan(MOST_GROWTH);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + FEW);
            assertThat(after.files()).isLessThanOrEqualTo(before.files() + FEW);
        }
    }

    private static Uclient relayedClients(Path coturn, PosternProcess postern) {
        return Uclient.run(coturn, postern, CLIENTS, MESSAGES, List.of("-y", "-c"));
    }

    /** Asks again and again, once each, and fails at the first answer that does not come. */
    private static int bindings(PosternProcess postern, AtomicBoolean done) {
        int answered = 0;
        try {
            while (!done.get()) {
                BindingProbe.onceOverUdp(postern.turnPort(), ANSWER);
                answered++;
                LockSupport.parkNanos(BETWEEN_BINDINGS_NANOS); // within what one source may have
            }
        } catch (IOException e) {
            throw new AssertionError("an answer was lost after " + answered, e);
        }
        return answered;
    }

    private static long requests(PosternProcess postern) throws IOException, InterruptedException {
        Metrics metrics = postern.metrics();
        return metrics.sum("postern_turn_requests_total") + metrics.sum("postern_turn_bindings_answered_total");
    }
}
