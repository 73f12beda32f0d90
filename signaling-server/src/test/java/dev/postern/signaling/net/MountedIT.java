package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingHandler;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The signaling as a handler of a Jetty that has other things to do. */
@Timeout(60)
class MountedIT {

    private static final WebSocketClient CLIENT = new WebSocketClient();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String HOSTS = "the host's";

    private final Server host = new Server(new QueuedThreadPool(8));
    private final ServerConnector connector = new ServerConnector(host, 1, 1);

    @BeforeAll
    static void startClient() throws Exception {
        CLIENT.start();
    }

    @AfterAll
    static void stopClient() throws Exception {
        CLIENT.stop();
    }

    @AfterEach
    void stop() throws Exception {
        host.stop();
    }

    /** Whatever nobody else has answered. */
    private static final class Rest extends Handler.Abstract.NonBlocking {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Content.Sink.write(response, true, HOSTS, callback);
            return true;
        }
    }

    private SignalingHandler mount(SignalingConfig.Builder config) throws Exception {
        SignalingHandler signaling = new SignalingHandler(config.build());
        start(new ContextHandler(signaling, "/calls"));
        return signaling;
    }

    private void start(Handler... contexts) throws Exception {
        host.addConnector(connector);
        host.setHandler(new Handler.Sequence(contexts));
        ((Handler.Sequence) host.getHandler()).addHandler(new Rest());
        host.start();
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + connector.getLocalPort() + path);
    }

    private JettyPeer peer(String context) throws Exception {
        return new JettyPeer(CLIENT, uri("ws", context + "/signal/v1/ws"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(uri("http", path))
                .header("Origin", uri("http", "").toString());
    }

    private static ClientMessage.Sig offer(String to) {
        return new ClientMessage.Sig(9, to, "r", 1, 1, new Description(SdpType.OFFER, "v=0"), ClientMessage.NO_GOT);
    }

    @Test
    void twoPeersMeetBelowThePathOfTheContext() throws Exception {
        SignalingHandler signaling = mount(SignalingConfig.builder());
        try (JettyPeer ann = peer("/calls").hello();
                JettyPeer bob = peer("/calls").hello()) {
            ann.join("r");
            assertThat(bob.join("r").peers()).hasSize(1);
            bob.send(offer(ann.peer()));
            assertThat(ann.next(ServerMessage.Sig.class).from()).isEqualTo(bob.peer());
        }
        assertThat(signaling.counters()).containsEntry(SignalingCounter.MESSAGES_RELAYED, 1L);
    }

    @Test
    void anHttpStreamMeetsAWebSocket() throws Exception {
        mount(SignalingConfig.builder());
        String json = "application/json";
        try (JettyPeer ann = peer("/calls").hello()) {
            ann.join("r");
            HttpResponse<String> opened = send(at("/calls/signal/v1/stream")
                    .header("Content-Type", json)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"t\":\"hello\",\"v\":1}")));
            assertThat(opened.statusCode()).as(opened.body()).isEqualTo(201);
            String stream = "/calls/signal/v1/stream/" + opened.body().split("\"")[3];
            HttpResponse<String> posted = send(at(stream)
                    .header("Content-Type", json)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}")));
            assertThat(posted.statusCode()).isBetween(200, 204);
            assertThat(ann.nextChange().room()).isEqualTo("r");
            assertThat(send(at(stream + "?after=0&wait=1").GET()).body()).contains(ann.peer());
        }
    }

    @Test
    void theCheckSaysWhyAnotherSitesPageMayNot() throws Exception {
        mount(SignalingConfig.builder());
        assertThat(send(at("/calls/signal/v1/check")).body()).startsWith("{\"ok\":true");
        HttpRequest.Builder evil =
                HttpRequest.newBuilder(uri("http", "/calls/signal/v1/check")).header("Origin", "https://evil.example");
        assertThat(send(evil).body()).contains("origin-not-allowed");
    }

    @Test
    void whatIsNotTheSignalingsIsTheHosts() throws Exception {
        mount(SignalingConfig.builder().endpoint("/diag/", (path, query) -> "{}"));
        for (String path : List.of("/", "/calls/", "/calls/healthz", "/calls/signal/v2/ws", "/signal/v1/ws")) {
            assertThat(send(at(path)).body()).as(path).isEqualTo(HOSTS);
        }
        assertThat(send(at("/calls/else").POST(HttpRequest.BodyPublishers.ofString("x")))
                        .body())
                .isEqualTo(HOSTS);
        assertThat(send(at("/calls/diag/x")).body()).isEqualTo("{}");
    }

    @Test
    void twoOfThemInOneHostHaveTheirOwnRooms() throws Exception {
        start(
                new ContextHandler(
                        new SignalingHandler(SignalingConfig.builder().build()), "/a"),
                new ContextHandler(
                        new SignalingHandler(SignalingConfig.builder().build()), "/b"));
        try (JettyPeer ann = peer("/a").hello();
                JettyPeer bob = peer("/b").hello()) {
            ann.join("r");
            assertThat(bob.join("r").peers()).isEmpty();
        }
    }

    @Test
    void aHostThatStopsSaysByeAndLeavesNoThread() throws Exception {
        host.setStopTimeout(10_000);
        mount(SignalingConfig.builder());
        try (JettyPeer ann = peer("/calls").hello()) {
            host.stop();
            assertThat(ann.next(ServerMessage.Bye.class).code()).isEqualTo(CloseCode.GOING_AWAY.number());
            assertThat(ann.closeCode()).isEqualTo(CloseCode.GOING_AWAY.number());
        }
        Await.until(
                "the end of every thread",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("postern-signaling")));
    }

    @Test
    void aHostThatStartsAgainServesAgain() throws Exception {
        mount(SignalingConfig.builder());
        host.stop();
        host.start();
        try (JettyPeer ann = peer("/calls").hello()) {
            assertThat(ann.join("r").peers()).isEmpty();
        }
    }

    @Test
    void aUserWhoIsRevokedIsOut() throws Exception {
        Grant grant = new Grant("ann", null, List.of(RoomRule.of("*")), null);
        SignalingHandler signaling = mount(SignalingConfig.builder()
                .authorizer(attempt -> CompletableFuture.completedFuture(new Verdict.Granted(grant))));
        try (JettyPeer ann = peer("/calls").helloWith("token", null)) {
            assertThat(signaling.revoke("ann").toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isEqualTo(1);
            assertThat(ann.closeCode()).isEqualTo(CloseCode.REVOKED.number());
            assertThat(signaling.restore("ann").toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void whatOnlyTheHostCanDoIsRefusedWithOneSentence() {
        SignalingConfig http2 = SignalingConfig.builder().http2(true).build();
        assertThatThrownBy(() -> new SignalingHandler(http2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("settings of that server");
        URL pages = Objects.requireNonNull(MountedIT.class.getResource("/pages"));
        SignalingConfig withPages = SignalingConfig.builder().pages(pages).build();
        assertThatThrownBy(() -> new SignalingHandler(withPages))
                .hasMessageContaining("pages are served by that server");
    }
}
