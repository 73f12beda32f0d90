package dev.postern.e2e;

import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rooms of two who send each other ten numbered messages a second, and the sum of what became of them. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a message is counted
final class PairLoad implements AutoCloseable {

    private static final long EVERY_MILLIS = 100;
    private static final Duration SETTLE = Duration.ofSeconds(30);

    /** Two peers of one room. */
    record Pair(NumberedPeer one, NumberedPeer other) {

        boolean isTogether() {
            return one.isWith(other) && other.isWith(one);
        }
    }

    /**
     * What became of all messages.
     *
     * @param lost acknowledged, and did not arrive although the receiver's session went on: nobody was told
     * @param told acknowledged, and sent to a session that its peer was told is lost
     */
    record Counts(
            long sent,
            long acknowledged,
            long refused,
            long unanswered,
            long delivered,
            long lost,
            long told,
            long twice,
            long outOfOrder,
            long resumed,
            long sessionsLost) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "sent %d, acknowledged %d, refused %d, without an answer %d, delivered %d, lost %d,"
                            + " to lost sessions %d, twice %d, out of order %d, resumed %d, sessions lost %d",
                    sent,
                    acknowledged,
                    refused,
                    unanswered,
                    delivered,
                    lost,
                    told,
                    twice,
                    outOfOrder,
                    resumed,
                    sessionsLost);
        }
    }

    private final List<Pair> pairs = new ArrayList<>();
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pair-load");
        thread.setDaemon(true);
        return thread;
    });

    /** Two more peers in a room of their own. */
    Pair add(URI socket, String room) {
        Pair pair = new Pair(new NumberedPeer(socket, room), new NumberedPeer(socket, room));
        pairs.add(pair);
        return pair;
    }

    void awaitTogether(Duration within) throws InterruptedException {
        Eventually.holds(within, () -> pairs.stream().allMatch(Pair::isTogether), () -> "all are together: " + pairs);
    }

    void begin() {
        ticks.scheduleAtFixedRate(
                () -> pairs.forEach(pair -> {
                    pair.one().sendNext();
                    pair.other().sendNext();
                }),
                0,
                EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Sends no more, waits for all answers, and counts. */
    Counts end() throws InterruptedException {
        ticks.shutdown();
        boolean ended = ticks.awaitTermination(SETTLE.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            throw new AssertionError("the load did not end");
        }
        Eventually.holds(SETTLE, () -> sum(NumberedPeer::unanswered) == 0, () -> "all have an answer: " + pairs);
        return counts();
    }

    private long sum(ToLongFunction<NumberedPeer> of) {
        return pairs.stream()
                .mapToLong(pair -> of.applyAsLong(pair.one()) + of.applyAsLong(pair.other()))
                .sum();
    }

    /** What all clients have counted of it. */
    long counted(SignalingClientCounter counter) {
        return sum(peer -> peer.counted(counter));
    }

    private long answered(Class<? extends SignalingOutcome> how) {
        return sum(peer ->
                peer.outcomes().values().stream().filter(how::isInstance).count());
    }

    private Counts counts() {
        long lost = 0;
        long told = 0;
        for (Pair pair : pairs) {
            for (boolean isFirst : new boolean[] {true, false}) {
                NumberedPeer from = isFirst ? pair.one() : pair.other();
                NumberedPeer to = isFirst ? pair.other() : pair.one();
                Set<Integer> missing = missing(from, to);
                long toLost = missing.stream()
                        .filter(number -> from.wasSentToALostSessionOf(to, number))
                        .count();
                told += toLost;
                lost += missing.size() - toLost;
            }
        }
        return new Counts(
                sum(NumberedPeer::sent),
                answered(SignalingOutcome.Done.class),
                answered(SignalingOutcome.Refused.class),
                answered(SignalingOutcome.Lost.class),
                sum(peer -> new HashSet<>(peer.arrived()).size()),
                lost,
                told,
                sum(peer -> peer.arrived().size() - new HashSet<>(peer.arrived()).size()),
                sum(PairLoad::outOfOrder),
                counted(SignalingClientCounter.SESSIONS_RESUMED),
                counted(SignalingClientCounter.SESSIONS_LOST));
    }

    private static Set<Integer> missing(NumberedPeer from, NumberedPeer to) {
        Set<Integer> missing = new HashSet<>();
        from.outcomes().forEach((number, outcome) -> {
            if (outcome instanceof SignalingOutcome.Done) {
                missing.add(number);
            }
        });
        to.arrived().forEach(missing::remove);
        return missing;
    }

    private static long outOfOrder(NumberedPeer peer) {
        long count = 0;
        int highest = 0;
        for (int number : peer.arrived()) {
            count += number < highest ? 1 : 0;
            highest = Math.max(highest, number);
        }
        return count;
    }

    /** The codes of all refusals, with how many there were of each. */
    Map<Integer, Long> refusals() {
        return pairs.stream()
                .flatMap(pair -> Stream.of(pair.one(), pair.other()))
                .flatMap(peer -> peer.outcomes().values().stream())
                .filter(SignalingOutcome.Refused.class::isInstance)
                .map(outcome -> ((SignalingOutcome.Refused) outcome).error().code())
                .collect(Collectors.groupingBy(code -> code, TreeMap::new, Collectors.counting()));
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        pairs.forEach(pair -> {
            pair.one().close();
            pair.other().close();
        });
    }
}
