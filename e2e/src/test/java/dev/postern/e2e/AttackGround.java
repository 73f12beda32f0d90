package dev.postern.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** What an attack has: one address, the server's port, a time that it is over, and a tally of what it was told. */
final class AttackGround {

    private static final String FROM = "127.0.0.66";
    private static final long PAUSE_NANOS = 2_000_000;
    private static final int MOST_TOLD = 3;

    /** How much longer than its time an attack goes on until it was told what it should be. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private final int port;
    private final long untilNanos;
    private final String verdict;
    private final WellBehavedPair pair;
    private final Map<String, LongAdder> told = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    /** @param verdict what must have been told before it is over, as {@link Attack#verdict}; empty for nothing */
    AttackGround(int port, long untilNanos, String verdict, WellBehavedPair pair) {
        this.port = port;
        this.untilNanos = untilNanos;
        this.verdict = verdict;
        this.pair = pair;
    }

    /** What one of many attackers does, once; then it begins anew. */
    interface Turn {

        void take() throws IOException;
    }

    /** Whether the time of the attack has passed, whatever was told. */
    boolean isLate() {
        return System.nanoTime() - untilNanos >= 0;
    }

    /** Whether its time has passed and what should be told was, or will not be. */
    boolean isOver() {
        long overNanos = System.nanoTime() - untilNanos;
        return overNanos >= 0 && (verdict.isEmpty() || wasTold(verdict) || overNanos > PATIENCE_NANOS);
    }

    void told(String what) {
        told.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    /** A number that nobody else has. */
    int number() {
        return numbers.incrementAndGet();
    }

    WellBehavedPair pair() {
        return pair;
    }

    AttackLine line() throws IOException {
        return new AttackLine(FROM, port, 0);
    }

    AttackLine smallLine() throws IOException {
        return new AttackLine(FROM, port, 4_096);
    }

    /** So many attackers take their turns again and again until the time is over. */
    void all(int attackers, Turn turn) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < attackers; i++) {
            Thread thread = new Thread(() -> turns(turn), "attacker");
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void turns(Turn turn) {
        while (!isOver()) {
            try {
                turn.take();
            } catch (IOException e) {
                told(AttackLine.reason(e));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Waits until the line has ended or the time is over. */
    void await(AttackLine line) {
        while (!isOver() && !line.isOver()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** What was told most, with how often. */
    String tally() {
        return told.entrySet().stream()
                .sorted(Comparator.comparingLong(entry -> -entry.getValue().sum()))
                .limit(MOST_TOLD)
                .map(entry ->
                        String.format("%s %,d", entry.getKey(), entry.getValue().sum()))
                .collect(Collectors.joining(", "));
    }

    boolean wasTold(String expression) {
        return told.keySet().stream().anyMatch(what -> what.matches(expression));
    }
}
