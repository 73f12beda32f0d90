package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.SignalingBridge;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The signaling behind a server that is a test. */
@Timeout(60)
class BridgeTest {

    private static final String HOST = "calls.example";

    private SignalingBridge bridge = SignalingBridge.start(quick().build());

    private static SignalingConfig.Builder quick() {
        return SignalingConfig.builder()
                .time(SignalingTime.STOP_DEADLINE, Duration.ofMillis(300))
                .time(SignalingTime.CLOSE_DEADLINE, Duration.ofMillis(500));
    }

    @AfterEach
    void close() {
        bridge.close();
    }

    private static SignalingBridge.Handshake from(String origin) {
        Map<String, List<String>> headers = Map.of("host", List.of(HOST), "origin", List.of(origin));
        return new SignalingBridge.Handshake(
                new InetSocketAddress("192.0.2.1", 1234),
                true,
                name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    /** A socket of the test's server. */
    private final class Socket implements SignalingBridge.Outbound {

        private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final SignalingBridge.Inbound in = bridge.open(from("https://" + HOST), this);
        private volatile boolean isStuck;

        @Override
        public void send(String text, Runnable sent) {
            texts.add(text);
            if (!isStuck) {
                sent.run();
            }
        }

        @Override
        public void close(int code, String reason) {
            closed.complete(code);
            in.onClosed(code);
        }

        String next(String part) throws InterruptedException {
            while (true) {
                String text = Objects.requireNonNull(texts.poll(20, TimeUnit.SECONDS), part);
                if (text.contains(part)) {
                    return text;
                }
            }
        }

        String hello() throws InterruptedException {
            in.onText("{\"t\":\"hello\",\"v\":1}");
            return next("welcome");
        }
    }

    @Test
    void twoSocketsMeet() throws Exception {
        Socket ann = new Socket();
        assertThat(ann.hello()).doesNotContain("sse").contains("\"resume\"");
        ann.in.onText("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
        ann.next("\"ok\"");
        Socket bob = new Socket();
        bob.hello();
        bob.in.onText("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
        assertThat(ann.next("\"peer\"")).contains("\"ev\":\"join\"");
        bob.in.onClosed(1001);
        assertThat(ann.next("\"peer\"")).contains("\"ev\":\"leave\"");
    }

    @Test
    void handshakesAreJudgedByTheirHeaders() {
        assertThat(bridge.refusal(from("https://" + HOST))).isNull();
        assertThat(bridge.check(from("https://" + HOST))).isEqualTo("{\"ok\":true,\"carriers\":[\"websocket\"]}");
        SignalingBridge.Refusal refusal = bridge.refusal(from("http://" + HOST));
        assertThat(Objects.requireNonNull(refusal).status()).isEqualTo(403);
        assertThat(bridge.check(from("https://evil.example"))).contains("origin-not-allowed");
        assertThat(bridge.counters()).containsEntry(SignalingCounter.UPGRADES_REFUSED_ORIGIN, 1L);
    }

    @Test
    void whatIsTooLongClosesAndWhatIsBinaryIsAnError() throws Exception {
        Socket ann = new Socket();
        ann.hello();
        ann.in.onBinary();
        assertThat(ann.next("\"err\"")).contains("unsupported");
        ann.in.onText("\u00e4".repeat(SignalingLimit.MESSAGE_BYTES.standard() / 2 + 1));
        assertThat(ann.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1009);
    }

    @Test
    void whoIsStuckIsClosedAsSlowThoughNothingCanBeSaid() throws Exception {
        bridge.close();
        bridge = SignalingBridge.start(
                quick().time(SignalingTime.SEND_DEADLINE, Duration.ofSeconds(1)).build());
        Socket ann = new Socket();
        ann.hello();
        ann.isStuck = true;
        ann.in.onText("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
        assertThat(ann.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1011);
        assertThat(bridge.counters())
                .containsEntry(SignalingCounter.CLOSED_SLOW, 1L)
                .containsEntry(SignalingCounter.CLOSES_FORCED, 1L);
    }

    @Test
    void whoSendsFasterThanItIsTakenIsClosedAsAFlood() throws Exception {
        CompletableFuture<Verdict> later = new CompletableFuture<>();
        bridge.close();
        bridge = SignalingBridge.start(quick().authorizer(attempt -> later).build());
        Socket ann = new Socket();
        ann.in.onText("{\"t\":\"hello\",\"v\":1,\"token\":\"x\"}");
        String long0 = "{\"t\":\"ping\",\"ts\":1,\"pad\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 8; i++) {
            ann.in.onText(long0);
        }
        assertThat(ann.closed.get(20, TimeUnit.SECONDS)).isEqualTo(4429);
    }

    @Test
    void theEndIsSaid() throws Exception {
        Socket ann = new Socket();
        ann.hello();
        bridge.close();
        assertThat(ann.next("\"bye\"")).contains("4431");
        assertThat(ann.closed.get(20, TimeUnit.SECONDS)).isEqualTo(4431);
        Await.until(
                "the end of every thread",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("postern-signaling-hub")));
    }

    @Test
    void whatOnlyTheOtherServerCanDoIsRefused() {
        SignalingConfig http2 = SignalingConfig.builder().http2(true).build();
        assertThatThrownBy(() -> SignalingBridge.start(http2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("settings of that server");
        SignalingConfig beside = SignalingConfig.builder()
                .endpoint("/diag/", (path, query) -> "{}")
                .build();
        assertThatThrownBy(() -> SignalingBridge.start(beside)).hasMessageContaining("endpoints and sockets beside it");
    }
}
