package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubLoopTest {

    private final Counters counters = new Counters();
    private final HubLoop loop = new HubLoop(
            counters,
            now -> new Hub(now, SignalingConfig.builder().build(), new SecureRandom(), new SocketOutput(counters)));

    @AfterEach
    void stop() {
        loop.stop(Duration.ofSeconds(10));
    }

    @Test
    void tasksRunInOrderOnOneThread() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        for (int i = 0; i < 1_000; i++) {
            String name = String.valueOf(i);
            loop.execute(
                    (now, hub) -> ran.add(name + " " + Thread.currentThread().getName()));
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo(i + " postern-signaling-hub");
        }
    }

    @Test
    void aTaskThatThrowsIsCountedAndTheNextOneRuns() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        loop.execute((now, hub) -> {
            throw new IllegalStateException("a test throws this");
        });
        loop.execute((now, hub) -> ran.add("next"));
        assertThat(ran.poll(10, TimeUnit.SECONDS)).isEqualTo("next");
        assertThat(counters.snapshot()).containsEntry(SignalingCounter.FAULTS, 1L);
        assertThat(loop.isAlive()).isTrue();
    }

    @Test
    void aStoppedLoopIsNotAlive() {
        loop.stop(Duration.ofSeconds(10));
        assertThat(loop.isAlive()).isFalse();
    }
}
