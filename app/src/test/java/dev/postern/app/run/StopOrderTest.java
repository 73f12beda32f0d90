package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Stopping keeps its order and its deadline, whatever the parts do. */
class StopOrderTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final StopOrder order = new StopOrder();

    @Test
    void partsCloseInTheOrderInWhichTheyWereAdded() throws InterruptedException {
        order.add("a", () -> stopped.add("a"));
        order.add("b", () -> stopped.add("b"));
        order.add("c", () -> stopped.add("c"));
        assertThat(order.close(LONG)).isTrue();
        assertThat(stopped).containsExactly("a", "b", "c");
    }

    @Test
    void partThatFailsDoesNotKeepTheNextOpen() throws InterruptedException {
        order.add("a", () -> {
            throw new IllegalStateException("no");
        });
        order.add("b", () -> stopped.add("b"));
        assertThat(order.close(LONG)).isFalse();
        assertThat(stopped).containsExactly("b");
    }

    @Test
    void partThatHangsIsLeftBehindAndTheNextStillCloses() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        order.add("a", never::await);
        order.add("b", closed::countDown);
        long before = System.nanoTime();
        assertThat(order.close(Duration.ofMillis(500))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(400), LONG);
        // it is begun in its time; on a machine that stands still it ends after that
        assertThat(closed.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        never.countDown();
    }

    @Test
    void noPartsCloseAtOnce() throws InterruptedException {
        assertThat(order.close(Duration.ZERO)).isTrue();
    }
}
