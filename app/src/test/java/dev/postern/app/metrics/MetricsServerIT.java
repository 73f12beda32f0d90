package dev.postern.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.http.TokenGuard;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.TransportCounter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages for Prometheus and for whoever watches the process. */
class MetricsServerIT {

    private static final TransportAddress ANY_PORT = TransportAddress.parse("127.0.0.1:0");

    private static final TokenGuard OPEN = new TokenGuard(null, System::nanoTime);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<TransportCounter, Long> counters = new EnumMap<>(TransportCounter.class);
    private MetricsServer server;
    private volatile @Nullable String obstacle;

    @BeforeEach
    void start() throws IOException {
        server = MetricsServer.start(
                ANY_PORT,
                new Metrics(List.of(CounterSource.of(
                        "postern.turn.transport",
                        TransportCounter.class,
                        () -> Map.copyOf(counters),
                        Set.of(TransportCounter.RELAYS_OPENED)))),
                OPEN,
                () -> obstacle);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void metricsShowEveryCounterWithItsSentenceAsOfNow() throws Exception {
        assertThat(get("/metrics").body())
                .contains("\npostern_turn_transport_client_datagrams_received_total 0.0\n")
                .contains("# HELP postern_turn_transport_client_datagrams_received_total"
                        + " A UDP listener took a datagram off its socket. In datagrams.\n")
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads ")
                .contains("process_uptime_seconds ");
        counters.put(TransportCounter.CLIENT_DATAGRAMS_RECEIVED, 7L);
        assertThat(get("/metrics").body()).contains("\npostern_turn_transport_client_datagrams_received_total 7.0\n");
        assertThat(get("/metrics").headers().firstValue("content-type"))
                .hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void numberThatGoesDownIsAGauge() throws Exception {
        counters.put(TransportCounter.RELAYS_OPENED, 2L);
        assertThat(get("/metrics").body())
                .contains("# TYPE postern_turn_transport_relays_opened gauge\n")
                .contains("\npostern_turn_transport_relays_opened 2.0\n");
    }

    @Test
    void readinessFollowsWhatIsSaidAndHealthDoesNot() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        server.setReady(true);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        server.setReady(false);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
    }

    @Test
    void whatIsOutOfReachIsSaidByReadinessAndHealthDoesNotMind() throws Exception {
        obstacle = "the backplane cannot be reached";
        assertThat(get("/readyz").body()).isEqualTo("not ready\n");
        server.setReady(true);
        assertThat(get("/readyz").body()).isEqualTo("not ready: the backplane cannot be reached\n");
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        obstacle = null;
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(404);
        HttpRequest post = HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        HttpResponse<String> refused = http.send(post, BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(405);
        assertThat(refused.headers().firstValue("allow")).hasValue("GET, HEAD");
    }

    @Test
    void s29_metricsAskForTheTokenAndHealthDoesNot() throws Exception {
        TokenGuard guard = new TokenGuard("0123456789abcdef", System::nanoTime);
        try (MetricsServer guarded = MetricsServer.start(ANY_PORT, new Metrics(List.of()), guard, () -> null)) {
            URI pages = URI.create("http://127.0.0.1:" + guarded.port());
            assertThat(status(pages.resolve("/metrics"), "")).isEqualTo(401);
            assertThat(status(pages.resolve("/metrics"), "Bearer 0123456789abcdeX"))
                    .isEqualTo(401);
            assertThat(status(pages.resolve("/metrics"), "Bearer 0123456789abcdef"))
                    .isEqualTo(200);
            assertThat(status(pages.resolve("/healthz"), "")).isEqualTo(200);
        }
    }

    private int status(URI uri, String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    @Test
    void portInUseFailsTheStart() {
        TransportAddress taken = TransportAddress.parse("127.0.0.1:" + server.port());
        assertThatThrownBy(() -> MetricsServer.start(taken, new Metrics(List.of()), OPEN, () -> null))
                .isInstanceOf(IOException.class);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
