package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubLoopTest {

    private final Counters counters = new Counters();
    private final AtomicInteger rows = new AtomicInteger();
    private final AtomicLong neighboursNanos = new AtomicLong(Long.MAX_VALUE);
    private final HubLoop loop = new HubLoop(
            counters,
            now -> new Hub(
                    now,
                    SignalingConfig.builder().build(),
                    new SecureRandom(),
                    new SocketOutput(counters, event -> {})),
            new HubLoop.Neighbour() {
                @Override
                public void run(long nowNanos, Hub hub) {
                    neighboursNanos.accumulateAndGet(nowNanos, (due, now) -> due - now <= 0 ? Long.MAX_VALUE : due);
                }

                @Override
                public long nextTimeout() {
                    return neighboursNanos.get();
                }
            },
            rows::incrementAndGet);

    @AfterEach
    void stop() {
        loop.stop(Duration.ofSeconds(10));
    }

    @Test
    void readerDoesItsTaskItselfWhereNobodyHasTheHub() throws InterruptedException {
        // The loop's own thread has it for a moment now and then.
        Await.until("a task on the thread that brought it", () -> {
            Thread[] ran = new Thread[1];
            loop.executeHere((now, hub) -> ran[0] = Thread.currentThread());
            return ran[0] == Thread.currentThread();
        });
    }

    @Test
    void whoHasTheHubDoesWhatComesMeanwhile() throws InterruptedException {
        CountDownLatch has = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        loop.execute((now, hub) -> {
            has.countDown();
            awaitUninterruptibly(mayGo);
        });
        awaitUninterruptibly(has);
        loop.executeHere((now, hub) -> ran.add(Thread.currentThread().getName()));
        assertThat(ran).isEmpty();
        mayGo.countDown();
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("postern-signaling-hub");
    }

    @Test
    void taskOfATaskWaitsUntilThatIsDone() throws InterruptedException {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        loop.executeHere((now, hub) -> {
            loop.executeHere((later, same) -> ran.add("inner"));
            ran.add("outer");
        });
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("outer");
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("inner");
    }

    @Test
    void nothingIsLostAndNothingRunsTwiceAtATimeWhereManyThreadsBringTasks() throws InterruptedException {
        int threads = 8;
        int tasks = 20_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger collisions = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(threads * tasks);
        HubLoop.Task task = (now, hub) -> {
            if (inside.incrementAndGet() != 1) {
                collisions.incrementAndGet();
            }
            inside.decrementAndGet();
            done.countDown();
        };
        for (int i = 0; i < threads; i++) {
            boolean here = i % 2 == 0;
            new Thread(() -> {
                        for (int k = 0; k < tasks; k++) {
                            if (here) {
                                loop.executeHere(task);
                            } else {
                                loop.execute(task);
                            }
                        }
                    })
                    .start();
        }
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(collisions).hasValue(0);
        assertThat(rows).hasPositiveValue();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Until the next message came, or something was due, nobody looked at what had been brought. */
    @Test
    void whatComesWhileATaskEndsWithAnErrorIsDoneAtOnce() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        ownThread();
        assertThatThrownBy(() -> loop.executeHere((now, hub) -> {
                    loop.execute((later, same) -> ran.add("next"));
                    throw new StackOverflowError("a test throws this");
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("next");
    }

    /** It asked again and again for a hub that another thread had, with all the CPU that it got. */
    @Test
    void threadSleepsWhileSomethingIsDueThatIsInAnothersHands() throws Exception {
        Thread thread = ownThread();
        AtomicInteger asleep = new AtomicInteger();
        AtomicBoolean wasHere = new AtomicBoolean();
        while (!wasHere.get()) { // the thread itself may have the hub for a moment, or it may be due already
            neighboursNanos.set(Long.MAX_VALUE);
            loop.executeHere((now, hub) -> neighboursNanos.set(now + TimeUnit.MILLISECONDS.toNanos(60)));
            Await.until("the thread sleeps", () -> thread.getState() == Thread.State.TIMED_WAITING);
            loop.executeHere((now, hub) -> {
                long dueNanos = neighboursNanos.get();
                if (Thread.currentThread() != thread && dueNanos != Long.MAX_VALUE) {
                    wasHere.set(true);
                    countLooks(thread, dueNanos, asleep);
                }
            });
        }
        assertThat(asleep).as("looks at a thread that sleeps").hasPositiveValue();
        Await.until("what is due is done", () -> neighboursNanos.get() == Long.MAX_VALUE);
    }

    /** Looks whether it sleeps, from 40 ms behind the time on, forty times and a millisecond apart. */
    private static void countLooks(Thread thread, long dueNanos, AtomicInteger asleep) {
        long behindNanos = TimeUnit.MILLISECONDS.toNanos(40);
        for (int looks = 0; looks < 40; ) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            if (System.nanoTime() - dueNanos > behindNanos) {
                looks++;
                if (thread.getState() == Thread.State.TIMED_WAITING) {
                    asleep.incrementAndGet();
                }
            }
        }
    }

    /** The loop's own thread, which is about to sleep. */
    private Thread ownThread() throws InterruptedException {
        BlockingQueue<Thread> own = new LinkedBlockingQueue<>();
        while (own.isEmpty() || own.peek() == Thread.currentThread()) {
            own.clear();
            CountDownLatch done = new CountDownLatch(1);
            loop.execute((now, hub) -> {
                own.add(Thread.currentThread());
                done.countDown();
            });
            awaitUninterruptibly(done);
        }
        Thread thread = own.take();
        Await.until("the thread sleeps", () -> thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
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
            assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo(i + " postern-signaling-hub");
        }
    }

    @Test
    void aTaskThatThrowsIsCountedAndTheNextOneRuns() throws Exception {
        BlockingQueue<String> ran = new LinkedBlockingQueue<>();
        loop.execute((now, hub) -> {
            throw new IllegalStateException("a test throws this");
        });
        loop.execute((now, hub) -> ran.add("next"));
        assertThat(ran.poll(20, TimeUnit.SECONDS)).isEqualTo("next");
        assertThat(counters.snapshot()).containsEntry(SignalingCounter.FAULTS, 1L);
        assertThat(loop.isAlive()).isTrue();
    }

    @Test
    void aStoppedLoopIsNotAlive() {
        loop.stop(Duration.ofSeconds(10));
        assertThat(loop.isAlive()).isFalse();
    }
}
