package dev.postern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Authorizer.Attempt;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against a real server that asks for tokens. */
@Timeout(90)
class SignalingAccessIT {

    private final Queue<String> shown = new ConcurrentLinkedQueue<>();
    private final SignalingServer server = start();

    @AfterEach
    void stop() {
        server.close();
    }

    private SignalingServer start() {
        try {
            return SignalingServer.start(SignalingConfig.builder()
                    .listen("127.0.0.1", 0)
                    .allowNoOrigin(true)
                    .authorizer(this::judge)
                    .time(SignalingTime.EXPIRY_WARNING, Duration.ofSeconds(2))
                    .time(SignalingTime.EXPIRY_GRACE, Duration.ofSeconds(2))
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code NAME}, {@code mo} is a moderator; {@code NAME for MILLIS} ends soon; anything else is no token. */
    private CompletionStage<Verdict> judge(Attempt attempt) {
        String token = attempt.token() == null ? "" : attempt.token();
        shown.add(token);
        String[] words = token.split(" for ");
        if (token.isEmpty() || token.startsWith("bad")) {
            return CompletableFuture.completedFuture(new Verdict.Refused());
        }
        RoomRule rule = words[0].equals("mo") ? RoomRule.moderator("*") : RoomRule.of("*");
        Duration validFor = words.length == 1 ? null : Duration.ofMillis(Long.parseLong(words[1]));
        return CompletableFuture.completedFuture(
                new Verdict.Granted(new Grant(words[0], null, List.of(rule), validFor)));
    }

    private SignalingClientConfig config() {
        return SignalingClientConfig.of(server.socketUri())
                .withPatience(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    private SignalingClient client(String token, Heard heard) {
        return SignalingClient.start(config().withToken(token), heard);
    }

    private static SignalingOutcome answer(CompletableFuture<SignalingOutcome> request) throws Exception {
        return request.get(20, TimeUnit.SECONDS);
    }

    @Test
    void withoutATokenAndWithABadOneTheClientEndsAndIsToldWhy() throws Exception {
        for (SignalingClientConfig config : List.of(config(), config().withToken("bad"))) {
            Heard heard = new Heard();
            try (SignalingClient refused = SignalingClient.start(config, heard)) {
                assertThat(heard.next(ServerMessage.Bye.class).code()).isEqualTo(4501);
                assertThat(heard.until(SignalingState.CLOSED)).isEqualTo(SignalingCause.STOPPED);
                assertThat(refused.counters()).containsEntry(SignalingClientCounter.SESSIONS_STARTED, 0L);
            }
        }
    }

    @Test
    void aModeratorLocksARoomAndSendsAPeerOut() throws Exception {
        Heard moHears = new Heard();
        Heard annHears = new Heard();
        try (SignalingClient mo = client("mo", moHears);
                SignalingClient ann = client("ann", annHears);
                SignalingClient bob = client("bob", new Heard())) {
            answer(mo.join("r", null, Meta.EMPTY));
            Joined asMo = moHears.next(Joined.class);
            assertThat(asMo.role()).isEqualTo(Role.MODERATOR);
            assertThat(answer(ann.join("r", null, Meta.EMPTY))).isInstanceOf(SignalingOutcome.Done.class);
            assertThat(annHears.next(Joined.class).role()).isEqualTo(Role.PEER);
            assertThat(answer(ann.lock("r", true)))
                    .isInstanceOfSatisfying(
                            SignalingOutcome.Refused.class,
                            refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.NOT_ALLOWED.number()));
            assertThat(answer(mo.lock("r", true))).isEqualTo(new SignalingOutcome.Done(null));
            assertThat(annHears.next(ServerMessage.RoomChange.class).locked()).isTrue();
            assertThat(answer(bob.join("r", null, Meta.EMPTY)))
                    .isInstanceOfSatisfying(
                            SignalingOutcome.Refused.class,
                            refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.ROOM_LOCKED.number()));
            String target = moHears.next(ServerMessage.PeerChange.class).peer().id();
            assertThat(answer(mo.kick("r", target))).isEqualTo(new SignalingOutcome.Done(null));
            ServerMessage.PeerChange out = annHears.next(ServerMessage.PeerChange.class);
            assertThat(out.peer().id()).isEqualTo(target);
            assertThat(out.why()).isEqualTo(LeaveReason.KICKED);
        }
    }

    @Test
    void aTokenIsAskedForForEachConnectionAndRenewedBeforeItEnds() throws Exception {
        AtomicInteger made = new AtomicInteger();
        TokenSource source = new TokenSource.Asked(() ->
                CompletableFuture.completedFuture(made.incrementAndGet() == 1 ? "ann for 2300" : "ann for 60000"));
        Heard heard = new Heard();
        try (SignalingClient ann = SignalingClient.start(config().withTokens(source), heard)) {
            answer(ann.join("r", null, Meta.EMPTY));
            assertThat(heard.next(Heard.Expiring.class).inMillis()).isBetween(1L, 4_000L);
            assertThat(heard.next(Heard.Renewed.class).outcome()).isEqualTo(new SignalingOutcome.Done(null));
            ann.dropConnection();
            heard.until(SignalingState.WAITING);
            assertThat(heard.next(SignalingListener.Welcomed.class).resumed()).isTrue();
            assertThat(shown).containsExactly("ann for 2300", "ann for 60000", "ann for 60000");
        }
    }

    @Test
    void aTokenThatIsNotRenewedEndsTheSessionAndTheOthersAreTold() throws Exception {
        Heard moHears = new Heard();
        Heard annHears = new Heard();
        try (SignalingClient mo = client("mo", moHears);
                SignalingClient ann = client("ann for 500", annHears)) {
            answer(mo.join("r", null, Meta.EMPTY));
            answer(ann.join("r", null, Meta.EMPTY));
            moHears.next(ServerMessage.PeerChange.class);
            assertThat(annHears.until(SignalingState.CLOSED)).isEqualTo(SignalingCause.STOPPED);
            assertThat(moHears.next(ServerMessage.PeerChange.class).why()).isEqualTo(LeaveReason.EXPIRED);
        }
    }

    @Test
    void aSupplierThatFailsIsAskedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        TokenSource source = new TokenSource.Asked(() -> switch (asked.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("a program's mistake, thrown by a test");
            case 2 -> CompletableFuture.failedFuture(new IOException("no network"));
            default -> CompletableFuture.completedFuture("ann");
        });
        Heard heard = new Heard();
        try (SignalingClient ann = SignalingClient.start(config().withTokens(source), heard)) {
            assertThat(answer(ann.join("r", null, Meta.EMPTY))).isInstanceOf(SignalingOutcome.Done.class);
            assertThat(heard.until(SignalingState.WAITING)).isEqualTo(SignalingCause.NO_TOKEN);
            assertThat(shown).containsExactly("ann");
        }
    }
}
