package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.postern.signaling.Authorizer;
import dev.postern.signaling.Authorizer.Attempt;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.websocket.client.WebSocketClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tokens over real sockets: who is asked, what becomes of an authorizer that fails; numbered as in {@code docs/security.md}. */
class AuthorizeIT {

    private static final WebSocketClient CLIENT = new WebSocketClient();
    private static final String GOOD = "good-TOKEN-of-ann";

    private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private @Nullable SignalingServer server;

    @BeforeAll
    static void startClient() throws Exception {
        CLIENT.start();
    }

    @AfterAll
    static void stopClient() throws Exception {
        CLIENT.stop();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private SignalingServer start(Authorizer authorizer) throws Exception {
        // who is cut before it has read the close does not see its code
        return start(authorizer, SignalingConfig.builder().time(SignalingTime.CLOSE_DEADLINE, Duration.ofSeconds(20)));
    }

    private SignalingServer start(Authorizer authorizer, SignalingConfig.Builder config) throws Exception {
        SignalingServer started = SignalingServer.start(config.authorizer(attempt -> {
                    attempts.add(attempt);
                    return authorizer.authorize(attempt);
                })
                .build());
        server = started;
        return started;
    }

    /** Knows one token. */
    private static CompletableFuture<Verdict> judge(Attempt attempt) {
        Grant ann = new Grant("ann", null, List.of(RoomRule.of("*")), null);
        return CompletableFuture.completedFuture(
                GOOD.equals(attempt.token()) ? new Verdict.Granted(ann) : new Verdict.Refused());
    }

    @SuppressWarnings("NullAway") // an authorizer that was not checked may
    private static CompletionStage<Verdict> sayNothing(Attempt attempt) {
        return null;
    }

    private static JettyPeer connect(SignalingServer to) throws Exception {
        return new JettyPeer(CLIENT, to.socketUri());
    }

    @Test
    void theAuthorizerIsAskedBeforeThereIsASessionAndSeesTokenAddressAndOrigin() throws Exception {
        SignalingServer running = start(AuthorizeIT::judge);
        try (JettyPeer ann = connect(running).helloWith(GOOD, null)) {
            ann.join("kitchen");
            assertThat(attempts).singleElement().satisfies(attempt -> {
                assertThat(attempt.token()).isEqualTo(GOOD);
                assertThat(attempt.client()).isEqualTo(InetAddress.getLoopbackAddress());
                assertThat(attempt.origin()).isEqualTo("http://" + running.uri().getAuthority());
                assertThat(attempt.toString()).doesNotContain(GOOD);
            });
        }
    }

    @Test
    void c03_aBadTokenAndNoneAreClosedWith4501() throws Exception {
        SignalingServer running = start(AuthorizeIT::judge);
        for (String token : new @Nullable String[] {null, "bad"}) {
            try (JettyPeer eve = connect(running)) {
                eve.knock(token, null);
                assertThat(eve.next(ServerMessage.Bye.class).code()).isEqualTo(4501);
                assertThat(eve.closeCode()).isEqualTo(4501);
            }
        }
        assertThat(running.counters())
                .containsEntry(SignalingCounter.HELLOS_UNAUTHORIZED, 2L)
                .containsEntry(SignalingCounter.SESSIONS_STARTED, 0L);
    }

    @Test
    void c02_aTokenInTheUrlOpensNothingAndNoLogLineHoldsOne() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.postern.signaling");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(log);
        logger.setAdditive(false);
        try {
            SignalingServer running = start(AuthorizeIT::judge);
            URI withToken = URI.create(running.socketUri() + "?access_token=" + GOOD + "&token=" + GOOD);
            try (JettyPeer eve = new JettyPeer(CLIENT, withToken)) {
                eve.knock(null, null);
                assertThat(eve.closeCode()).isEqualTo(4501);
            }
            try (JettyPeer ann = new JettyPeer(CLIENT, withToken).helloWith(GOOD, null)) {
                ann.send(new ClientMessage.Auth(1, GOOD, ClientMessage.NO_GOT));
                ann.next(ServerMessage.Ok.class);
            }
            running.close();
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
        List<ILoggingEvent> lines = List.copyOf(log.list);
        assertThat(lines).hasSizeGreaterThan(5);
        assertThat(lines)
                .allSatisfy(event -> assertThat(event.getFormattedMessage() + event.getKeyValuePairs())
                        .doesNotContain(GOOD));
    }

    @Test
    void anAuthorizerThatThrowsFailsOrAnswersNothingLetsNobodyInAndIsCounted() throws Exception {
        Queue<Authorizer> broken = new ConcurrentLinkedQueue<>(List.of(
                attempt -> {
                    throw new IllegalStateException("a test says so");
                },
                attempt -> CompletableFuture.failedFuture(new IllegalStateException("a test says so")),
                attempt -> CompletableFuture.completedFuture(null),
                AuthorizeIT::sayNothing));
        int all = broken.size();
        SignalingServer running = start(attempt ->
                Stream.ofNullable(broken.poll()).findFirst().orElseThrow().authorize(attempt));
        for (int i = 0; i < all; i++) {
            try (JettyPeer ann = connect(running)) {
                ann.knock(GOOD, null);
                assertThat(ann.closeCode()).isEqualTo(4440);
            }
        }
        assertThat(running.counters())
                .containsEntry(SignalingCounter.AUTHORIZER_FAILED, (long) all)
                .containsEntry(SignalingCounter.HELLOS_UNDECIDED, (long) all)
                .containsEntry(SignalingCounter.FAULTS, 0L);
    }

    @Test
    void anAuthorizerThatIsLateLetsNobodyInAndItsLateAnswerCountsForNothing() throws Exception {
        CompletableFuture<Verdict> late = new CompletableFuture<>();
        SignalingServer running = start(
                attempt -> late, SignalingConfig.builder().time(SignalingTime.AUTH_DEADLINE, Duration.ofMillis(50)));
        try (JettyPeer ann = connect(running)) {
            ann.knock(GOOD, null);
            assertThat(ann.closeCode()).isEqualTo(4440);
            late.complete(new Verdict.Granted(Grant.anonymous()));
        }
        assertThat(running.counters())
                .containsEntry(SignalingCounter.AUTHORIZER_LATE, 1L)
                .containsEntry(SignalingCounter.SESSIONS_STARTED, 0L);
    }

    @Test
    void noMoreWaitForTheAuthorizerThanMayAndItBlocksNobodyElse() throws Exception {
        CompletableFuture<Verdict> slow = new CompletableFuture<>();
        SignalingServer running = start(
                attempt -> "slow".equals(attempt.token()) ? slow : judge(attempt),
                SignalingConfig.builder().limit(SignalingLimit.AUTH_PENDING, 2));
        try (JettyPeer first = connect(running);
                JettyPeer second = connect(running);
                JettyPeer third = connect(running);
                JettyPeer ann = connect(running).helloWith(GOOD, null)) {
            first.knock("slow", null);
            second.knock("slow", null);
            Await.until("three attempts", () -> attempts.size() == 3);
            third.knock("slow", null);
            assertThat(third.closeCode()).isEqualTo(4440);
            ann.join("kitchen");
            slow.complete(new Verdict.Granted(Grant.anonymous()));
            first.next(ServerMessage.Welcome.class);
            second.next(ServerMessage.Welcome.class);
        }
        assertThat(running.counters()).containsEntry(SignalingCounter.AUTHORIZER_SPARED, 1L);
    }

    @Test
    void oneConnectionAsksOnlySoOften() throws Exception {
        SignalingServer running = start(AuthorizeIT::judge);
        try (JettyPeer ann = connect(running).helloWith(GOOD, null)) {
            for (int i = 1; i <= 20; i++) {
                ann.send(new ClientMessage.Auth(i, "bad", ClientMessage.NO_GOT));
            }
            int undecided = 0;
            for (int i = 1; i <= 20; i++) {
                undecided += ann.next(ServerMessage.Err.class).code() == ErrorCode.AUTH_UNAVAILABLE.number() ? 1 : 0;
            }
            assertThat(undecided).isGreaterThan(10);
            assertThat(attempts).hasSizeLessThan(10);
            ann.send(new ClientMessage.Join(21, "kitchen", null, Meta.EMPTY, ClientMessage.NO_GOT));
            assertThat(ann.next(ServerMessage.Ok.class).re()).isEqualTo(21);
        }
    }

    @Test
    void c03_aStreamOverPlainHttpIsAskedForItsTokenAsWell() throws Exception {
        SignalingServer running = start(AuthorizeIT::judge);
        assertThat(StreamPeer.open(running.uri(), "{\"t\":\"hello\",\"v\":1,\"token\":\"bad\"}"))
                .contains("\"t\":\"bye\"", "\"code\":4501");
        StreamPeer ann = StreamPeer.greet(running.uri(), new ClientMessage.Hello(1, List.of(), GOOD, null));
        ann.join("kitchen");
        assertThat(ann.next(ServerMessage.Ok.class).re()).isEqualTo(1);
        assertThat(attempts)
                .extracting(Attempt::origin)
                .containsOnly("http://" + running.uri().getAuthority());
        ann.delete();
    }

    /** A POST may bring several messages at once. */
    @Test
    void whatComesBehindATokenKeepsItsPlaceBehindTheVerdict() throws Exception {
        CompletableFuture<Verdict> slow = new CompletableFuture<>();
        SignalingServer running = start(attempt -> "newer".equals(attempt.token()) ? slow : judge(attempt));
        StreamPeer ann = StreamPeer.greet(running.uri(), new ClientMessage.Hello(1, List.of(), GOOD, null));
        CompletableFuture<Void> posted = CompletableFuture.runAsync(() -> {
            try {
                ann.post(
                        "[{\"t\":\"auth\",\"id\":1,\"token\":\"newer\"},{\"t\":\"join\",\"id\":2,\"room\":\"kitchen\"},"
                                + "null,{\"t\":\"auth\",\"id\":3,\"token\":\"newer\"},{\"t\":\"leave\",\"id\":4,\"room\":\"kitchen\"}]");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Await.until("the newer token is asked about", () -> attempts.size() == 2);
        assertThat(posted).isNotDone();
        slow.complete(
                judge(new Attempt(GOOD, InetAddress.getLoopbackAddress(), null)).join());
        posted.get(20, TimeUnit.SECONDS);
        for (long id = 1; id <= 4; id++) {
            assertThat(ann.next(ServerMessage.Ok.class).re()).isEqualTo(id);
        }
        assertThat(ann.next(ServerMessage.Err.class).re()).isNull();
        ann.delete();
    }

    @Test
    void c04_revokedUserIsCutAtOnceAndLetInNoMore() throws Exception {
        SignalingServer running = start(AuthorizeIT::judge);
        try (JettyPeer ann = connect(running).helloWith(GOOD, null);
                JettyPeer again = connect(running);
                JettyPeer later = connect(running)) {
            assertThat(running.revoke("ann").toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isOne();
            assertThat(ann.closeCode()).isEqualTo(4503);
            again.knock(GOOD, ann.ticket(0));
            assertThat(again.closeCode()).isEqualTo(4503);
            assertThat(running.restore("ann").toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(later.helloWith(GOOD, ann.ticket(0)).known().resumed()).isFalse();
        }
        assertThatThrownBy(() -> running.revoke("")).isInstanceOf(IllegalArgumentException.class);
        running.close();
        assertThat(running.revoke("ann").toCompletableFuture()).isCompletedExceptionally();
    }
}
