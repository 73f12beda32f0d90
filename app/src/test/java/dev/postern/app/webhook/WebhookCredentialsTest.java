package dev.postern.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.auth.StoredKeys;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The store before a webhook that answers when the test says so, in virtual time. */
class WebhookCredentialsTest {

    private static final String REALM = "example.org";
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final Duration NEGATIVE = Duration.ofSeconds(10);
    private static final Duration STALE = Duration.ofHours(1);
    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.1");
    private static final long EPOCH = 1_800_000_000L;

    private final Map<String, CompletableFuture<Reply>> questions = new HashMap<>();
    private final List<String> news = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private long now = Long.MAX_VALUE - 7;
    private int asked;
    private final WebhookCredentials store = new WebhookCredentials(
            REALM, this::onQuestion, new Answers(FRESH, NEGATIVE, STALE, () -> now), () -> now, later::add, () -> {});

    private CompletionStage<Reply> onQuestion(String username) {
        asked++;
        CompletableFuture<Reply> question = new CompletableFuture<>();
        questions.put(username, question);
        return question;
    }

    @Test
    void knownUserIsAskedForOnceAndAgainWhenTheAnswerIsOld() {
        assertThat(find("ann")).isEqualTo(Lookup.PENDING);
        ask("ann");
        ask("ann");
        assertThat(asked).isOne();
        answer("ann", known("ann", Lookup.NEVER));
        assertThat(news).containsExactly("ann");
        assertThat(find("ann"))
                .isEqualTo(new Lookup.Known(
                        "quota-ann",
                        List.of(LongTermKey.of(PasswordAlgorithm.MD5, "ann", REALM, "secret")),
                        Lookup.NEVER));
        pass(FRESH.minusNanos(1));
        assertThat(find("ann")).isInstanceOf(Lookup.Known.class);
        pass(Duration.ofNanos(1));
        assertThat(find("ann")).isEqualTo(Lookup.PENDING);
    }

    @Test
    void listenerIsNeverToldDuringTheQuestion() {
        store.onNews(news::add);
        ask("ann");
        question("ann").complete(new Reply.Unknown());
        assertThat(news).isEmpty();
        runLater();
        assertThat(news).containsExactly("ann");
    }

    @Test
    void unknownUserIsRefusedForAWhileAndThenAskedForAgain() {
        ask("ben");
        answer("ben", new Reply.Unknown());
        assertThat(find("ben")).isEqualTo(Lookup.UNKNOWN);
        pass(NEGATIVE);
        assertThat(find("ben")).isEqualTo(Lookup.PENDING);
    }

    @Test
    void userThatIsKnownNoMoreIsRefused() {
        ask("ann");
        answer("ann", known("ann", Lookup.NEVER));
        pass(FRESH);
        ask("ann");
        answer("ann", new Reply.Unknown());
        assertThat(find("ann")).isEqualTo(Lookup.UNKNOWN);
    }

    @Test
    void s20_answerEndsWhenItSaysSo() {
        ask("ann");
        answer("ann", known("ann", EPOCH + 1));
        assertThat(store.find("ann", PasswordAlgorithm.MD5, EPOCH)).isInstanceOf(Lookup.Known.class);
        assertThat(store.find("ann", PasswordAlgorithm.MD5, EPOCH + 1)).isEqualTo(Lookup.UNKNOWN);
        pass(FRESH);
        assertThat(store.find("ann", PasswordAlgorithm.MD5, EPOCH + 1)).isEqualTo(Lookup.PENDING);
    }

    @Test
    void failureLeavesStrangersUnansweredAndKnownUsersInForAWhile() {
        ask("ann");
        answer("ann", known("ann", Lookup.NEVER));
        pass(FRESH);
        ask("ann");
        fail("ann");
        assertThat(find("ann")).as("an older answer serves").isInstanceOf(Lookup.Known.class);
        pass(NEGATIVE);
        assertThat(find("ann")).as("and is asked for again").isEqualTo(Lookup.PENDING);
        ask("ben");
        fail("ben");
        assertThat(find("ben")).isEqualTo(Lookup.PENDING);
        pass(STALE);
        assertThat(find("ann")).isEqualTo(Lookup.PENDING);
        ask("ann");
        fail("ann");
        assertThat(find("ann")).as("but not for ever").isEqualTo(Lookup.PENDING);
        assertThat(count(WebhookCounter.FAILED)).isEqualTo(3);
        assertThat(count(WebhookCounter.STALE_SERVED)).isOne();
    }

    @Test
    void webhookThatFailsIsLeftAloneUntilOneTryAnswers() {
        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            ask("user" + i);
            fail("user" + i);
        }
        assertThat(count(WebhookCounter.BREAKER_OPENED)).isOne();
        ask("late");
        runLater();
        assertThat(questions).doesNotContainKey("late");
        assertThat(news).as("whoever waits is told all the same").contains("late");
        pass(CircuitBreaker.REST);
        ask("try");
        ask("other");
        runLater();
        assertThat(questions).containsKey("try").doesNotContainKey("other");
        answer("try", new Reply.Unknown());
        ask("other");
        assertThat(questions).containsKey("other");
    }

    @Test
    void namesThatWaitWhenTheBreakerOpensAreToldOfItToo() {
        int all = 2 * WebhookCredentials.MAX_IN_FLIGHT;
        for (int i = 0; i < all; i++) {
            ask("user" + i);
        }
        for (int i = 0; i < WebhookCredentials.MAX_IN_FLIGHT; i++) {
            fail("user" + i);
        }
        assertThat(count(WebhookCounter.BREAKER_OPENED)).isOne();
        assertThat(news).as("all that waited").contains("user" + (all - 1));
        pass(CircuitBreaker.REST);
        ask("user" + (all - 1));
        assertThat(questions).as("who was refused may be asked for again").containsKey("user" + (all - 1));
    }

    @Test
    void questionsAreBoundedAndTheRestWaits() {
        int all = WebhookCredentials.MAX_IN_FLIGHT + WebhookCredentials.MAX_WAITING;
        for (int i = 0; i < all + 10; i++) {
            ask("user" + i);
        }
        assertThat(asked).isEqualTo(WebhookCredentials.MAX_IN_FLIGHT);
        assertThat(count(WebhookCounter.QUEUE_FULL)).isEqualTo(10);
        for (int i = 0; i < all; i++) {
            answer("user" + i, new Reply.Unknown());
        }
        assertThat(asked).isEqualTo(all);
    }

    /** What strangers make up pushes out no user. */
    @Test
    void namesThatAreUnknownDoNotPushOutUsers() {
        ask("ann");
        answer("ann", known("ann", Lookup.NEVER));
        for (int i = 0; i < 2 * Answers.MAX_UNKNOWN; i++) {
            ask("stranger" + i);
            answer("stranger" + i, new Reply.Unknown());
            questions.clear();
        }
        assertThat(find("ann")).isInstanceOf(Lookup.Known.class);
    }

    /** One source asks for a thousand names while another one waits for its first. */
    @Test
    void s14_namesThatOneSourceMakesUpDoNotKeepAUserOfAnotherWaiting() {
        for (int i = 0; i < 1000; i++) {
            ask("made-up" + i);
        }
        store.ask("ann", IpAddress.parse("192.0.2.2"));
        answer("made-up0", new Reply.Unknown());
        answer("made-up1", new Reply.Unknown());
        assertThat(questions).as("the second turn at the latest").containsKey("ann");
    }

    private void ask(String username) {
        store.ask(username, SOURCE);
    }

    private Lookup find(String username) {
        return store.find(username, PasswordAlgorithm.MD5, EPOCH);
    }

    private void answer(String username, Reply reply) {
        store.onNews(news::add);
        question(username).complete(reply);
        runLater();
    }

    private void fail(String username) {
        store.onNews(news::add);
        question(username).completeExceptionally(new IOException("connection refused"));
        runLater();
    }

    private CompletableFuture<Reply> question(String username) {
        return Objects.requireNonNull(questions.get(username), username);
    }

    private void runLater() {
        while (!later.isEmpty()) {
            later.remove(0).run();
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private long count(WebhookCounter counter) {
        return store.counters().getOrDefault(counter, -1L);
    }

    private static Reply known(String username, long expires) {
        return new Reply.Known("quota-" + username, StoredKeys.of(username, REALM, "secret"), expires);
    }
}
