package dev.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.run.StunTestClient;
import dev.postern.stun.AttributeType;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.transport.ListenAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that is told to drain: it serves what is there, takes nothing new, and ends by itself. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the process is ended by a signal where a test fails")
class DrainIT {

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private Program start() throws Exception {
        return Program.start(
                folder,
                List.of(
                        "serve",
                        "--set=turn.listen=tcp://127.0.0.1:0",
                        "--set=turn.users.ann=secret",
                        "--set=admin.listen=127.0.0.1:0",
                        "--set=metrics.listen=127.0.0.1:0"));
    }

    private static StunTestClient client(Program program) throws Exception {
        return new StunTestClient(ListenAddress.parse(program.announced("TURN,STUN")));
    }

    private HttpResponse<String> drain(Program program, int seconds) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(program.announced("admin")).resolve("/turn/drain"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"seconds\":" + seconds + "}"))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private int ready(Program program) throws Exception {
        URI uri = URI.create(program.announced("metrics")).resolve("/readyz");
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void drainedProcessTakesNothingNewAndEndsWithItsLastAllocation() throws Exception {
        try (Program program = start()) {
            try (StunTestClient old = client(program);
                    StunTestClient late = client(program)) {
                assertThat(old.allocate("ann", "secret").messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                assertThat(ready(program)).isEqualTo(200);

                assertThat(drain(program, 3600).body()).isEqualTo("{\"allocations\":1}");

                assertThat(ready(program)).isEqualTo(503);
                StunMessage refused = late.allocate("ann", "secret");
                assertThat(refused.errorCode(refused.indexOf(AttributeType.ERROR_CODE)))
                        .isEqualTo(ErrorCode.INSUFFICIENT_CAPACITY.code());
                assertThat(program.isRunning()).isTrue();
            }
            assertThat(program.awaitEnd()).as(program.log()).isZero();
            assertThat(program.log()).containsSubsequence("draining allocations=1", "app: drained", "app: stopped");
        }
    }

    @Test
    void drainedProcessEndsWhenItsTimeIsOver() throws Exception {
        try (Program program = start();
                StunTestClient old = client(program)) {
            assertThat(old.allocate("ann", "secret").messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            drain(program, 1);
            assertThat(program.awaitEnd()).as(program.log()).isZero();
        }
    }
}
