package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packed jar, run by the newest JDK of this machine: there it has the linux driver. */
class NewerJdkE2E {

    private static final Duration ANSWER = Duration.ofSeconds(20);

    private static PosternProcess postern;

    @BeforeAll
    static void start() throws InterruptedException {
        Path jdk = Requirement.JDK22.need();
        postern = PosternProcess.serve().forCoturnsClients().on(jdk).start();
    }

    @AfterAll
    static void stop() {
        if (postern != null) {
            postern.close();
        }
    }

    @Test
    void answersBinding() throws IOException {
        assertThat(BindingProbe.overUdp(postern.turnPort(), ANSWER).getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(BindingProbe.overTcp(postern.turnPort(), ANSWER).getAddress().isLoopbackAddress())
                .isTrue();
    }

    @Test
    void movesDatagramsWithTheLinuxDriver() {
        assertThat(postern.log()).contains("driver=linux");
    }

    @Test
    void relaysForCoturnsClient() {
        Path coturn = Requirement.COTURN.need();
        Uclient.run(coturn, postern, 2, 20, List.of("-y")).assertAllArrived(40);
    }

    @Test
    void welcomesASignalingClient() throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> first = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Origin", postern.origin().toString())
                .subprotocols("postern.v1.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + postern.signalingPort() + "/signal/v1/ws"), listener(first))
                .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        socket.sendText("{\"t\":\"hello\",\"v\":1,\"caps\":[]}", true).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
        assertThat(first.get(ANSWER.toSeconds(), TimeUnit.SECONDS)).contains("\"t\":\"welcome\"", "\"credential\"");
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }

    private static WebSocket.Listener listener(CompletableFuture<String> first) {
        StringBuilder text = new StringBuilder();
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    first.complete(text.toString());
                }
                socket.request(1);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void onError(WebSocket socket, Throwable problem) {
                first.completeExceptionally(problem);
            }
        };
    }
}
