package dev.postern.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingEvent.Kind;
import dev.postern.signaling.protocol.LeaveReason;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 32: what a webhook for events is told, how it can tell who says so, and what happens when it does not answer. */
class EventWebhookTest {

    private static final String SECRET = "a secret of at least thirty-two bytes";
    private static final long NOW_SECONDS = 1_800_000_000;
    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> answers = new LinkedBlockingQueue<>();
    private final List<Long> pauses = new ArrayList<>();

    private record Post(String delivery, String signature, String body) {}

    private EventWebhook webhook(EventWebhook.Sender sender) {
        return new EventWebhook(
                sender, pauses::add, SECRET, () -> Instant.ofEpochSecond(NOW_SECONDS), new SplittableRandom(1));
    }

    /** Answers what is in {@link #answers}, and waits for it. */
    private int answer(String delivery, String signature, byte[] body) throws IOException {
        posts.add(new Post(delivery, signature, new String(body, StandardCharsets.UTF_8)));
        try {
            int status = answers.take();
            if (status == 0) {
                throw new IOException("no connection");
            }
            return status;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Post next() throws InterruptedException {
        Post post = posts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(post).as("a POST").isNotNull();
        return post;
    }

    @Test
    void c32_eventsAreToldInOrderAndSignedWithTheirTime() throws Exception {
        answers.addAll(List.of(200, 204, 200));
        EventWebhook webhook = webhook(this::answer);
        webhook.onEvent(new SignalingEvent(Kind.SESSION_STARTED, "p_1", "ann", "", null));
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "blue"));
        webhook.onEvent(new SignalingEvent(Kind.PEER_JOINED, "p_1", "ann", "blue", null));
        webhook.onEvent(new SignalingEvent(Kind.PEER_LEFT, "p_1", "ann", "blue", LeaveReason.KICKED));
        webhook.close();
        List<String> told = new ArrayList<>();
        for (Post post : posts) {
            for (JsonNode event : new ObjectMapper().readTree(post.body()).get("events")) {
                told.add(event.toString());
            }
            assertThat(isGenuine(post)).isTrue();
            assertThat(isGenuine(new Post(post.delivery(), post.signature(), post.body() + " ")))
                    .isFalse();
            assertThat(post.signature()).startsWith("t=" + NOW_SECONDS + ",v1=");
        }
        String at = "\"at\":" + NOW_SECONDS * 1_000 + ",";
        assertThat(told)
                .containsExactly(
                        "{\"event\":\"room_opened\"," + at + "\"room\":\"blue\"}",
                        "{\"event\":\"peer_joined\"," + at + "\"room\":\"blue\",\"peer\":\"p_1\",\"user\":\"ann\"}",
                        "{\"event\":\"peer_left\"," + at
                                + "\"room\":\"blue\",\"peer\":\"p_1\",\"user\":\"ann\",\"why\":\"kicked\"}");
        assertThat(webhook.counters()).containsEntry(EventCounter.TOLD, 3L);
    }

    /** As a receiver does it; the time is signed too, so that an old POST cannot be sent again with a newer one. */
    private static boolean isGenuine(Post post) throws Exception {
        String time = post.signature().replaceAll("t=([0-9]+),v1=.*", "$1");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] expected = mac.doFinal((time + "." + post.body()).getBytes(StandardCharsets.UTF_8));
        byte[] signed = HexFormat.of().parseHex(post.signature().replaceAll(".*,v1=", ""));
        return MessageDigest.isEqual(expected, signed);
    }

    @Test
    void c32_whatFailsIsTriedAgainAFewTimesUnderTheSameNameThenDroppedAndCounted() throws Exception {
        answers.addAll(List.of(500, 0, 302, 429, 200));
        EventWebhook webhook = webhook(this::answer);
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "lost"));
        List<Post> lost = List.of(next(), next(), next(), next());
        assertThat(lost).extracting(Post::delivery).containsOnly(lost.get(0).delivery());
        assertThat(lost).extracting(Post::body).allMatch(body -> body.contains("lost"));
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "told"));
        Post told = next();
        assertThat(told.body()).contains("told");
        assertThat(told.delivery()).isNotEqualTo(lost.get(0).delivery());
        webhook.close();
        assertThat(pauses).containsExactly(1_000L, 2_000L, 4_000L);
        assertThat(webhook.counters())
                .containsEntry(EventCounter.TOLD, 1L)
                .containsEntry(EventCounter.DROPPED_REFUSED, 1L)
                .containsEntry(EventCounter.ATTEMPTS, 5L)
                .containsEntry(EventCounter.ATTEMPTS_FAILED, 4L);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410})
    void c32_whatIsRefusedForGoodIsNotTriedAgain(int status) throws Exception {
        answers.add(status);
        EventWebhook webhook = webhook(this::answer);
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "r"));
        next();
        webhook.close();
        assertThat(pauses).isEmpty();
        assertThat(webhook.counters())
                .containsEntry(EventCounter.ATTEMPTS, 1L)
                .containsEntry(EventCounter.DROPPED_REFUSED, 1L);
    }

    @Test
    void c32_whatWaitsIsBoundedAndDropsAreCountedAndNobodyIsHeldUp() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        EventWebhook webhook = webhook((delivery, signature, body) -> {
            posts.add(new Post(delivery, signature, ""));
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return 200;
        });
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "first"));
        next();
        for (int i = 0; i < EventWebhook.MAX_WAITING + 10; i++) {
            webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_CLOSED, "r"));
        }
        assertThat(webhook.counters()).containsEntry(EventCounter.DROPPED_FULL, 10L);
        goOn.countDown();
        webhook.close();
        assertThat(webhook.counters()).containsEntry(EventCounter.TOLD, EventWebhook.MAX_WAITING + 1L);
    }

    @Test
    void c32_aNameThatLeadsInsideIsNotConnectedTo() throws Exception {
        EventTarget inside = new EventTarget(URI.create("https://10.0.0.1/"), List.of());
        EventPost post = new EventPost(inside, Duration.ofSeconds(1), (SSLSocketFactory) SSLSocketFactory.getDefault());
        EventWebhook webhook = webhook(post);
        webhook.onEvent(SignalingEvent.ofRoom(Kind.ROOM_OPENED, "r"));
        webhook.close();
        assertThat(webhook.counters().get(EventCounter.ADDRESS_REFUSED)).isPositive();
        assertThat(webhook.counters()).containsEntry(EventCounter.TOLD, 0L);
    }

    @Test
    void c32_thePostGoesOutWholeAndARedirectIsAnAnswerLikeAnyOther() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> request = CompletableFuture.supplyAsync(() -> serve(server));
            EventTarget target =
                    new EventTarget(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/hook?a=b"), List.of());
            EventPost post =
                    new EventPost(target, Duration.ofSeconds(20), (SSLSocketFactory) SSLSocketFactory.getDefault());
            byte[] body = "{\"events\":[]}".getBytes(StandardCharsets.UTF_8);
            assertThat(post.post("abc", "t=1,v1=00", body)).isEqualTo(307);
            assertThat(request.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .startsWith("POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + server.getLocalPort() + "\r\n")
                    .contains("\r\nPostern-Signature: t=1,v1=00\r\n")
                    .contains("\r\nPostern-Delivery: abc\r\n")
                    .endsWith("\r\n\r\n{\"events\":[]}");
        }
    }

    /** Each byte of it had as long as all of it should. */
    @Test
    void c32_anAnswerThatDripsIsGivenUp() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Boolean> wasCut = CompletableFuture.supplyAsync(() -> isCutWhileItDrips(server));
            EventTarget target =
                    new EventTarget(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"), List.of());
            EventPost post =
                    new EventPost(target, Duration.ofMillis(300), (SSLSocketFactory) SSLSocketFactory.getDefault());
            assertThatThrownBy(() -> post.post("abc", "t=1,v1=00", new byte[0]))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(wasCut.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Takes 100 ms for each byte of a good answer. */
    private static boolean isCutWhileItDrips(ServerSocket server) {
        CountDownLatch never = new CountDownLatch(1);
        try (Socket client = server.accept()) {
            client.setTcpNoDelay(true);
            for (byte next :
                    ("HTTP/1.1 200 that is " + "very ".repeat(20) + "good\r\n").getBytes(StandardCharsets.US_ASCII)) {
                client.getOutputStream().write(next);
                if (never.await(100, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String serve(ServerSocket server) {
        try (Socket client = server.accept()) {
            InputStream in = client.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("]}") < 0) {
                request.append((char) in.read());
            }
            client.getOutputStream()
                    .write("HTTP/1.1 307 Elsewhere\r\nLocation: http://169.254.169.254/\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return request.toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
