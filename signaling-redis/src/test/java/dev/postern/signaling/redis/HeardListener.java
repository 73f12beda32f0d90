package dev.postern.signaling.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.Backplane.Listener;
import dev.postern.signaling.Backplane.Presence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Writes down what it is told; can hold up the thread that tells it, as a stopped process would. */
final class HeardListener implements Listener {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final byte[] STOP = {0};

    private final List<String> messages = new ArrayList<>();
    private final List<String> downs = new ArrayList<>();
    private final List<Long> downNanos = new ArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private List<Presence> living = List.of();
    private int ups;

    /** The message that stops whoever hears it until {@link #goOn}. */
    static byte[] stop() {
        return STOP.clone();
    }

    void goOn() {
        goOn.countDown();
    }

    @Override
    public void onMessage(byte[] message) {
        if (message.length == 1 && message[0] == 0) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return;
        }
        change(() -> messages.add(new String(message, StandardCharsets.UTF_8)));
    }

    @Override
    public void onNodes(Collection<Presence> nodes) {
        change(() -> living = List.copyOf(nodes));
    }

    @Override
    public void onUp() {
        change(() -> ups++);
    }

    @Override
    public void onDown(String sentence) {
        long nowNanos = System.nanoTime();
        change(() -> {
            downs.add(sentence);
            downNanos.add(nowNanos);
        });
    }

    private synchronized void change(Runnable change) {
        change.run();
        notifyAll();
    }

    synchronized List<String> messages() {
        return List.copyOf(messages);
    }

    synchronized List<String> downs() {
        return List.copyOf(downs);
    }

    /** When it was told each of {@link #downs}. */
    synchronized List<Long> downNanos() {
        return List.copyOf(downNanos);
    }

    /** The ids of who lives, in order, with a star behind those that leave. */
    synchronized String living() {
        return living.stream()
                .map(presence -> presence.node() + (presence.isLeaving() ? "*" : ""))
                .sorted()
                .collect(Collectors.joining(" "));
    }

    synchronized int ups() {
        return ups;
    }

    /** Waits until this is so; fails after half a minute. */
    synchronized void until(String words, BooleanSupplier isSo) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.getAsBoolean()) {
            long leftNanos = deadline - System.nanoTime();
            assertThat(leftNanos)
                    .as("time for: %s; lives: %s, downs: %s, %d messages", words, living(), downs, messages.size())
                    .isPositive();
            TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
        }
    }
}
