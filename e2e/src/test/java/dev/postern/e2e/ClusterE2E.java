package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PairLoad.Counts;
import dev.postern.e2e.PairLoad.Pair;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three servers that share a Redis, behind a load balancer that remembers nothing, and what becomes of messages when parts of it end. */
class ClusterE2E {

    private static final String[] QUICK_START = {"-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};
    private static final int NODES = 3;
    private static final int ROOMS = 8;
    private static final Duration TOGETHER = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration OUTAGE = Duration.ofSeconds(5);
    private static final Duration WARM = Duration.ofSeconds(2);

    private final List<PosternProcess> nodes = new ArrayList<>();
    private final List<PosternProcess> ended = new ArrayList<>();
    private RedisServer redis;
    private RoundRobin balancer;
    private PairLoad load;

    @BeforeEach
    void startAll() throws InterruptedException {
        redis = RedisServer.start();
        balancer = RoundRobin.start();
        load = new PairLoad();
        List<CompletableFuture<PosternProcess>> starting = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            starting.add(CompletableFuture.supplyAsync(this::node));
        }
        starting.forEach(node -> nodes.add(node.join()));
        balance();
    }

    @AfterEach
    void endAll() throws IOException {
        if (load != null) {
            load.close();
        }
        if (balancer != null) {
            balancer.close();
        }
        nodes.forEach(PosternProcess::kill);
        if (redis != null) {
            redis.close();
        }
    }

    private PosternProcess node() {
        try {
            return PosternProcess.serve()
                    .signalingAlone()
                    .jvm(QUICK_START)
                    .set("signaling.allow-no-origin", "true")
                    .set("signaling.cluster.redis", redis.url())
                    .set("signaling.cluster.secret", "a secret that only this test run knows")
                    .set("signaling.node-lost-after", "2s")
                    .set("signaling.drain-deadline", "5s")
                    .start();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private void balance() {
        balancer.to(nodes.stream().map(PosternProcess::signalingPort).toList());
    }

    private void meetThroughTheBalancer() throws InterruptedException {
        for (int i = 0; i < ROOMS; i++) {
            load.add(balancer.socket(), "room-" + i);
        }
        load.awaitTogether(TOGETHER);
    }

    @Test
    void aRollingRestartLosesNothing() throws Exception {
        meetThroughTheBalancer();
        load.begin();
        pass(WARM);
        long began = System.nanoTime();
        for (int i = 0; i < NODES; i++) {
            PosternProcess old = nodes.get(i);
            old.close();
            ended.add(old);
            nodes.set(i, node());
            balance();
            load.awaitTogether(TOGETHER);
        }
        long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        pass(WARM);
        Counts counts = load.end();
        System.out.printf("rolling restart of %d nodes in %.1f s: %s%n", NODES, tookMillis / 1000.0, counts);
        assertThat(counts.acknowledged())
                .as("%s", logs())
                .isEqualTo(counts.sent())
                .isEqualTo(counts.delivered());
        assertNothingLostOrTwice(counts);
        assertThat(counts.sessionsLost()).as("sessions lost; %s", logs()).isZero();
        assertThat(counts.resumed()).as("sessions resumed").isPositive();
    }

    @Test
    void aRedisThatIsKilledAndComesBackEmptyLosesNothing() throws Exception {
        meetThroughTheBalancer();
        List<Pair> local = new ArrayList<>();
        for (PosternProcess node : nodes) {
            URI socket = URI.create("ws://127.0.0.1:" + node.signalingPort() + "/signal/v1/ws");
            local.add(load.add(socket, "local-" + node.signalingPort()));
        }
        load.awaitTogether(TOGETHER);
        load.begin();
        pass(WARM);
        redis.kill();
        Eventually.holds(SOON, () -> nodes.stream().noneMatch(PosternProcess::isReady), () -> "no node is ready");
        assertThat(nodes).as("lives").allMatch(PosternProcess::isHealthy);
        long down = System.nanoTime();
        pass(OUTAGE);
        long meanwhile = local.stream()
                .mapToLong(pair -> pair.one().arrivedBetween(down, System.nanoTime())
                        + pair.other().arrivedBetween(down, System.nanoTime()))
                .sum();
        redis.startAgain();
        Eventually.holds(SOON, () -> nodes.stream().allMatch(PosternProcess::isReady), () -> "all nodes are ready");
        pass(WARM);
        load.awaitTogether(TOGETHER);
        Counts counts = load.end();
        System.out.printf(
                "Redis killed for %d s and empty: %s; delivered in rooms of one node meanwhile: %d%n",
                OUTAGE.toSeconds(), counts, meanwhile);
        assertThat(meanwhile).as("delivered while Redis was away").isPositive();
        assertThat(counts.acknowledged())
                .as("%s", logs())
                .isEqualTo(counts.sent())
                .isEqualTo(counts.delivered());
        assertNothingLostOrTwice(counts);
        assertThat(counts.sessionsLost()).as("sessions lost; %s", logs()).isZero();
    }

    @Test
    void aNodeThatIsKilledTakesOnlyWhatWasItsOwnAndEverybodyIsTold() throws Exception {
        meetThroughTheBalancer();
        load.begin();
        pass(WARM);
        nodes.remove(0).kill();
        balance();
        pass(Duration.ofMillis(500));
        load.awaitTogether(TOGETHER);
        pass(WARM);
        Counts counts = load.end();
        System.out.printf("a node killed: %s; refusals by code %s%n", counts, load.refusals());
        assertThat(counts.sent())
                .as("every message has one answer")
                .isEqualTo(counts.acknowledged() + counts.refused() + counts.unanswered());
        assertNothingLostOrTwice(counts);
        assertThat(counts.sessionsLost())
                .as("sessions of the node that was killed")
                .isPositive();
    }

    private void assertNothingLostOrTwice(Counts counts) {
        assertThat(counts.lost()).as("lost; %s", logs()).isZero();
        assertThat(counts.twice()).as("twice; %s", logs()).isZero();
        assertThat(counts.outOfOrder()).as("out of order; %s", logs()).isZero();
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        ended.forEach(node -> all.append("\n-- ended\n").append(node.log()));
        nodes.forEach(node -> all.append("\n-- node\n").append(node.log()));
        return all.toString();
    }

    /** Lets the load run for a while. */
    private static void pass(Duration time) throws InterruptedException {
        boolean counted = new CountDownLatch(1).await(time.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(counted).isFalse();
    }
}
