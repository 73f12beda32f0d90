package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.PostEndpoint;
import dev.postern.signaling.PostEndpoint.Answer;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An embedder's POST: who may ask, and what he is told. */
class PostIT {

    private static final String PATH = "/turn-credentials";
    private static final PostEndpoint LATER = question -> CompletableFuture.supplyAsync(() -> {
        if (question.authorization() == null) {
            throw new IllegalStateException("a defect");
        }
        return new Answer(201, "{\"got\":\"" + question.authorization() + "\"}", Map.of("X-Own", "yes"));
    });
    private static final SignalingServer SERVER = start();

    private static SignalingServer start() {
        try {
            return SignalingServer.start(SignalingConfig.builder()
                    .allowedOrigins(List.of("https://app.example"))
                    .post(PATH, LATER)
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void programIsAnsweredWithWhatTheEndpointFoundLater() throws IOException {
        assertThat(ask("POST", "Authorization: Bearer x"))
                .startsWith("HTTP/1.1 201 ")
                .contains("X-Own: yes", "Content-Type: application/json", "Cache-Control: no-store")
                .doesNotContain("Access-Control-Allow-Origin")
                .endsWith("{\"got\":\"Bearer x\"}");
    }

    @Test
    void allowedPageMayReadTheAnswerAndAskBefore() throws IOException {
        assertThat(ask("POST", "Authorization: Bearer x\nOrigin: https://app.example"))
                .startsWith("HTTP/1.1 201 ")
                .contains("Access-Control-Allow-Origin: https://app.example", "Vary: Origin");
        assertThat(ask("OPTIONS", "Origin: https://app.example\nAccess-Control-Request-Method: POST"))
                .startsWith("HTTP/1.1 200 ")
                .contains(
                        "Access-Control-Allow-Origin: https://app.example",
                        "Access-Control-Allow-Methods: POST",
                        "Access-Control-Allow-Headers: authorization");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://app.example.evil.example"})
    void foreignPageIsRefusedBeforeTheEndpointIsAsked(String origin) throws IOException {
        for (String method : List.of("POST", "OPTIONS")) {
            assertThat(ask(method, "Authorization: Bearer x\nOrigin: " + origin))
                    .startsWith("HTTP/1.1 403 ")
                    .doesNotContain("Access-Control-Allow-Origin", "got");
        }
    }

    @Test
    void bodiesAndOtherMethodsAreRefused() throws IOException {
        assertThat(ask("POST", "Authorization: Bearer x\nContent-Length: 1")).startsWith("HTTP/1.1 413 ");
        assertThat(ask("POST", "Authorization: Bearer x\nTransfer-Encoding: chunked"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(ask("GET", "Authorization: Bearer x"))
                .startsWith("HTTP/1.1 405 ")
                .contains("Allow: POST, OPTIONS");
    }

    @Test
    void defectOfAnEndpointTellsNothing() throws IOException {
        assertThat(ask("POST", "")).startsWith("HTTP/1.1 500 ").endsWith("{\"error\":\"internal\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "turn", "/turn/", "/signal/v1/ws", "/healthz"})
    void pathsThatHideSomethingAreRefused(String path) {
        assertThatThrownBy(() -> SignalingConfig.builder().post(path, LATER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String ask(String method, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(SERVER.uri())) {
            return raw.http(method, PATH, headers);
        }
    }
}
