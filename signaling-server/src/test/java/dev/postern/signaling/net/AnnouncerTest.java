package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingListener;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnnouncerTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Counters counters = new Counters();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private static SignalingEvent of(String room) {
        return SignalingEvent.ofRoom(SignalingEvent.Kind.ROOM_OPENED, room);
    }

    private long counted(SignalingCounter counter) {
        return Objects.requireNonNull(counters.snapshot().get(counter));
    }

    @Test
    void eventsAreToldInOrderAndAllOfThemBeforeTheEnd() {
        Announcer announcer = new Announcer(event -> heard.add(event.room()), counters);
        List<String> rooms =
                IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        rooms.forEach(room -> announcer.tell(of(room)));
        announcer.stop(LONG);
        assertThat(heard).isEqualTo(rooms);
    }

    @Test
    void whatTheListenerThrowsIsCountedAndTheNextEventIsTold() {
        Announcer announcer = new Announcer(
                event -> {
                    heard.add(event.room());
                    throw new IllegalStateException("on purpose");
                },
                counters);
        announcer.tell(of("a"));
        announcer.tell(of("b"));
        announcer.stop(LONG);
        assertThat(heard).containsExactly("a", "b");
        assertThat(counted(SignalingCounter.EVENTS_FAILED)).isEqualTo(2);
    }

    @Test
    void whatASlowListenerCannotTakeIsDroppedAndCounted() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        Semaphore turns = new Semaphore(0);
        Announcer announcer = new Announcer(
                event -> {
                    isBusy.countDown();
                    turns.acquireUninterruptibly();
                    heard.add(event.room());
                },
                counters);
        announcer.tell(of("first"));
        isBusy.await();
        IntStream.range(0, SignalingListener.QUEUE + 3).forEach(i -> announcer.tell(of("more")));
        assertThat(counted(SignalingCounter.EVENTS_DROPPED)).isEqualTo(3);
        turns.release(SignalingListener.QUEUE + 1);
        announcer.stop(LONG);
        assertThat(heard).hasSize(SignalingListener.QUEUE + 1);
    }

    @Test
    void aListenerThatDoesNotComeBackIsInterruptedAtTheEnd() throws Exception {
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch wasInterrupted = new CountDownLatch(1);
        Announcer announcer = new Announcer(
                event -> {
                    isBusy.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        wasInterrupted.countDown();
                    }
                },
                counters);
        announcer.tell(of("a"));
        announcer.tell(of("b"));
        isBusy.await();
        announcer.stop(Duration.ofMillis(1));
        wasInterrupted.await();
        assertThat(counted(SignalingCounter.EVENTS_DROPPED)).isEqualTo(1);
    }
}
