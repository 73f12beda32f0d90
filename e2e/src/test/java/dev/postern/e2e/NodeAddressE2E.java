package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.e2e.PairLoad.Counts;
import dev.postern.peer.SignalingClientCounter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes that share a Redis, which speaks TLS alone, and name addresses of their own. No balancer stands in front of them: who was at a node that
 * stops knows no other place but the one that its goodbye named.
 */
class NodeAddressE2E {

    private static final int ROOMS = 3;
    private static final Duration TOGETHER = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofMinutes(1);

    private final PairLoad load = new PairLoad();
    private final List<PosternProcess> nodes = new ArrayList<>();

    @AfterEach
    void endAll() {
        load.close();
        nodes.forEach(PosternProcess::kill);
    }

    private static PosternProcess node(RedisServer redis, TestCertificate certificate) {
        try {
            return PosternProcess.serve()
                    .signalingAlone()
                    .withAnAddressInTheCluster()
                    .jvm("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                    .set("signaling.allow-no-origin", "true")
                    .set("signaling.cluster.redis", redis.url())
                    .set("signaling.cluster.redis-ca", certificate.certificate().toString())
                    .set("signaling.cluster.secret", "a secret that only this test run knows")
                    .set("signaling.drain-deadline", "5s")
                    .start();
        } catch (InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void clientsOfANodeThatStopsGoToTheAddressOfAnotherAndTheirSessionsGoOn() throws IOException, InterruptedException {
        TestCertificate certificate = TestCertificate.make();
        try (RedisServer redis = RedisServer.startWithTls(certificate)) {
            CompletableFuture<PosternProcess> first = CompletableFuture.supplyAsync(() -> node(redis, certificate));
            CompletableFuture<PosternProcess> second = CompletableFuture.supplyAsync(() -> node(redis, certificate));
            PosternProcess leaving = first.join();
            PosternProcess staying = second.join();
            nodes.add(leaving);
            nodes.add(staying);
            Eventually.holds(SOON, () -> leaving.log().contains("node seen"), leaving::log);
            for (int i = 0; i < ROOMS; i++) {
                load.add(leaving.socket(), "room-" + i);
            }
            load.awaitTogether(TOGETHER);
            load.begin();
            leaving.close();
            load.awaitTogether(TOGETHER);
            Counts counts = load.end();
            System.out.printf("a node that stops names another: %s%n", counts);
            assertThat(counts.acknowledged())
                    .as("%s", leaving.log() + staying.log())
                    .isPositive()
                    .isEqualTo(counts.sent())
                    .isEqualTo(counts.delivered());
            assertThat(counts.twice() + counts.outOfOrder() + counts.sessionsLost())
                    .isZero();
            assertThat(counts.resumed()).isEqualTo(2 * ROOMS);
            assertThat(load.counted(SignalingClientCounter.MOVES)).isEqualTo(2 * ROOMS);
            assertThat(staying.metrics().sum("postern_signaling_sessions_taken_total"))
                    .isEqualTo(2 * ROOMS);
        }
    }
}
