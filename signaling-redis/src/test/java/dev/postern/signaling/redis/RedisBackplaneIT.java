package dev.postern.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.Backplane.Presence;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The backplane against a real Redis. */
class RedisBackplaneIT {

    private static final Duration SHORT_LIFE = Duration.ofSeconds(2);
    private static final Duration LONG_LIFE = Duration.ofMinutes(1);

    private final List<RedisBackplane> opened = new ArrayList<>();
    private final HeardListener heardByA = new HeardListener();
    private final HeardListener heardByB = new HeardListener();
    private RedisProcess redis;

    @BeforeEach
    void startRedis() throws IOException, InterruptedException {
        redis = RedisProcess.start();
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        heardByA.goOn();
        opened.forEach(RedisBackplane::close);
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void messagesArriveOnceAndInOrder() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        open("b", LONG_LIFE, heardByB);
        heardByA.until("both are seen", () -> heardByA.living().equals("a b"));
        List<String> numbers = IntStream.range(0, 2000).mapToObj(i -> "m" + i).toList();
        numbers.forEach(number -> a.send("b", bytes(number)));
        heardByB.until("all have arrived", () -> heardByB.messages().size() >= numbers.size());
        assertThat(heardByB.messages()).isEqualTo(numbers);
        assertThat(heardByA.messages()).isEmpty();
    }

    @Test
    void whatWasReadIsTakenOutAndEveryKeyOfANodeExpires() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        open("b", LONG_LIFE, heardByB);
        heardByA.until("both are seen", () -> heardByA.living().equals("a b"));
        IntStream.range(0, 300).forEach(i -> a.send("b", bytes("m" + i)));
        heardByB.until("all have arrived", () -> heardByB.messages().size() == 300);
        a.send("nobody", bytes("lost"));
        a.register("s_1", Duration.ofMinutes(1)).toCompletableFuture().get(20, TimeUnit.SECONDS);
        try (RedisClient client = RedisClient.create(RedisURI.create(redis.url()))) {
            RedisCommands<String, String> look = client.connect().sync();
            assertThat(look.xlen("test:to:b")).isLessThanOrEqualTo(1);
            assertThat(look.keys("*"))
                    .containsExactlyInAnyOrder(
                            "test:nodes", "test:node:a", "test:node:b", "test:to:a", "test:to:b", "test:at:s_1");
            assertThat(look.pttl("test:node:a")).isBetween(1L, LONG_LIFE.toMillis());
            assertThat(look.pttl("test:to:a")).isBetween(1L, 120_000L);
            assertThat(look.pttl("test:at:s_1")).isBetween(1L, 60_000L);
        }
    }

    @Test
    void aNameIsOneNodesUntilThatGivesItUpOrItIsTaken() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        RedisBackplane b = open("b", LONG_LIFE, heardByB);
        assertThat(answer(a.claim("room"))).isEqualTo("a");
        assertThat(answer(b.claim("room"))).isEqualTo("a");
        answer(b.release("room"));
        assertThat(answer(b.claim("room"))).isEqualTo("a");
        assertThat(answer(b.take("room", "c")))
                .as("who gives it does not have it")
                .isEqualTo("a");
        assertThat(answer(b.take("room", "a"))).isEqualTo("b");
        assertThat(answer(a.claim("room"))).isEqualTo("b");
        answer(b.release("room"));
        assertThat(answer(a.claim("room"))).isEqualTo("a");
    }

    /** The worker of a is held up, as in a process that is stopped or gone: nothing says goodbye, its presence runs out. */
    @Test
    void aNodeThatIsSilentIsGoneAndItsNamesAreFreeAndItHearsOfItWhenItIsBack() throws Exception {
        RedisBackplane a = open("a", SHORT_LIFE, heardByA);
        RedisBackplane b = open("b", SHORT_LIFE, heardByB);
        heardByB.until("both are seen", () -> heardByB.living().equals("a b"));
        assertThat(answer(a.claim("room"))).isEqualTo("a");
        b.send("a", HeardListener.stop());
        heardByB.until("a is gone", () -> heardByB.living().equals("b"));
        assertThat(answer(b.claim("room"))).isEqualTo("b");
        heardByA.goOn();
        heardByA.until("a came up a second time", () -> heardByA.ups() == 2);
        assertThat(heardByA.downs()).singleElement().asString().endsWith("has forgotten this node.");
        heardByB.until("a is back", () -> heardByB.living().equals("a b"));
        assertThat(answer(a.claim("room"))).isEqualTo("b");
    }

    @Test
    void aSessionIsFoundWhereItWasRegisteredUntilThatExpires() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        RedisBackplane b = open("b", LONG_LIFE, heardByB);
        answer(a.register("s_1", Duration.ofMinutes(1)));
        answer(a.register("s_2", Duration.ofMillis(1)));
        assertThat(answer(b.locate("s_1"))).isEqualTo("a");
        heardByB.until("it has expired", () -> isNowhere(b, "s_2"));
        assertThat(answer(b.locate("s_3"))).isNull();
        answer(b.register("s_1", Duration.ofMinutes(1)));
        assertThat(answer(a.locate("s_1"))).isEqualTo("b");
    }

    @Test
    void othersAreToldAtOnceWhoLeavesAndWhoIsGone() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        open("b", LONG_LIFE, heardByB);
        heardByB.until("both are seen", () -> heardByB.living().equals("a b"));
        a.announce(new Presence("a", URI.create("wss://a.example/ws"), true, 1));
        heardByB.until("a leaves", () -> heardByB.living().equals("a* b"));
        a.close();
        heardByB.until("a is gone", () -> heardByB.living().equals("b"));
        assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
                .filteredOn(name -> name.equals("postern-redis"))
                .as("workers")
                .hasSize(1);
    }

    @Test
    void aRedisThatDiesAndComesBackEmptyIsUsedAgain() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        RedisBackplane b = open("b", LONG_LIFE, heardByB);
        heardByA.until("both are seen", () -> heardByA.living().equals("a b"));
        assertThat(answer(a.claim("room"))).isEqualTo("a");
        redis.kill();
        heardByA.until("a is down", () -> !heardByA.downs().isEmpty());
        heardByB.until("b is down", () -> !heardByB.downs().isEmpty());
        assertThatThrownBy(() -> answer(a.claim("room")))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("Redis cannot be reached");
        a.send("b", bytes("into the void"));
        redis.startAgain();
        heardByA.until("a is up", () -> heardByA.ups() == 2 && heardByA.living().equals("a b"));
        heardByB.until("b is up", () -> heardByB.ups() == 2 && heardByB.living().equals("a b"));
        assertThat(answer(b.claim("room"))).as("the names are gone").isEqualTo("b");
        a.send("b", bytes("again"));
        heardByB.until("it arrives", () -> heardByB.messages().equals(List.of("again")));
    }

    @Test
    void aWrongPasswordIsOneSentenceWithoutIt() throws Exception {
        try (RedisProcess guarded = RedisProcess.start("--requirepass", "the right one")) {
            RedisBackplane a = open(guarded.urlWith("the-wrong-one"), "a", LONG_LIFE, heardByA);
            RedisBackplane b = open(guarded.urlWith("the%20right%20one"), "b", LONG_LIFE, heardByB);
            heardByB.until("b is up", () -> heardByB.living().equals("b"));
            heardByA.until("a is down", () -> !heardByA.downs().isEmpty());
            assertThat(heardByA.downs())
                    .containsExactly("Redis at 127.0.0.1:" + guarded.url().getPort()
                            + " does not accept the password of the URL, or wants one.");
            assertThat(answer(b.claim("room"))).isEqualTo("b");
            assertThat(a.locate("room").toCompletableFuture()).isCompletedExceptionally();
        }
    }

    /** Its names stayed until some node began, which nobody may ever do. */
    @Test
    void theLastNodeThatGoesLeavesNothingBehind() throws Exception {
        RedisBackplane a = open("a", LONG_LIFE, heardByA);
        RedisBackplane b = open("b", LONG_LIFE, heardByB);
        answer(a.claim("one"));
        answer(b.claim("other"));
        answer(b.take("one", "a"));
        a.close();
        assertThat(answer(b.claim("one"))).isEqualTo("b");
        b.close();
        try (RedisClient client = RedisClient.create(RedisURI.create(redis.url()))) {
            assertThat(client.connect().sync().keys("*")).isEmpty();
        }
    }

    /** A tenth of a second lay between its attempts, however often it was let in and thrown out. */
    @Test
    void aRedisThatDoesNotLetANodeReadIsAskedLessAndLessOften() throws Exception {
        try (RedisClient client = RedisClient.create(RedisURI.create(redis.url()))) {
            client.connect().sync().aclSetuser("default", AclSetuserArgs.Builder.removeCommand(CommandType.XREAD));
            open(redis.url(), "a", LONG_LIFE, heardByA);
            heardByA.until("it is down again and again", () -> heardByA.downs().size() >= 6);
            List<Long> downNanos = heardByA.downNanos();
            assertThat(downNanos.get(5) - downNanos.get(0))
                    .as("half of 0.1, 0.2, 0.4, 0.8 and 1.6 s at least")
                    .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1550));
            assertThat(heardByA.downs())
                    .allSatisfy(sentence ->
                            assertThat(sentence).contains("does not let the user of the URL do what is needed"));
        }
    }

    /** It was waited for a minute. */
    @Test
    void aRedisThatTakesConnectionsAndSaysNothingIsGivenUpSoon() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            open(URI.create("redis://127.0.0.1:" + silent.getLocalPort()), "a", LONG_LIFE, heardByA);
            heardByA.until("it is down", () -> !heardByA.downs().isEmpty());
            assertThat(heardByA.downs())
                    .containsExactly("Redis at 127.0.0.1:" + silent.getLocalPort() + " does not answer in time.");
        }
    }

    private boolean isNowhere(RedisBackplane backplane, String name) {
        try {
            return answer(backplane.locate(name)) == null;
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private RedisBackplane open(String node, Duration life, HeardListener listener) throws InterruptedException {
        RedisBackplane backplane = open(redis.url(), node, life, listener);
        listener.until(node + " is up", () -> listener.ups() == 1);
        return backplane;
    }

    private RedisBackplane open(URI url, String node, Duration life, HeardListener listener) {
        RedisBackplane backplane = new RedisBackplane(RedisURI.create(url), "test", life, List.of());
        opened.add(backplane);
        backplane.open(new Presence(node, null, false, 1), listener);
        return backplane;
    }

    private static <T> T answer(CompletionStage<T> stage)
            throws InterruptedException, ExecutionException, TimeoutException {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
