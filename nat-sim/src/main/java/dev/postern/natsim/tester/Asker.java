package dev.postern.natsim.tester;

import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends requests again until they are answered or given up, and keeps account of loss and round trip times. */
final class Asker {

    private static final int SENDS = 5;
    private static final int LAST_WAIT = 4;
    private static final int RFC_SENDS = 7;
    private static final int RFC_LAST_WAIT = 16;
    private static final int SILENCE_LAST_WAIT = 3;

    /**
     * How a request ended.
     *
     * @param arrival the first message of the transaction that arrived; null if none did
     * @param sends how often it was sent until then
     */
    record Reply(@Nullable Arrival arrival, int sends) {}

    private final Bench bench;
    private final long firstRtoNanos;
    private long longestRttNanos;

    Asker(Bench bench, Duration patience) {
        this.bench = bench;
        this.firstRtoNanos = patience.toNanos();
    }

    /** Asks what must be answered: sent {@value #SENDS} times at growing intervals, and counted as loss if it is not. */
    void ask(ProbeSocket socket, TransportAddress to, Request request, Consumer<Reply> then) {
        start(socket, to, request, new Plan(SENDS, true, LAST_WAIT, true), then);
    }

    /** The same with the retransmissions of RFC 8489 section 6.2.1: 7 sends, 39.5 s with the {@link TesterConfig#PATIENCE} that it names. */
    void askAtLength(ProbeSocket socket, TransportAddress to, Consumer<Reply> then) {
        start(socket, to, Request.PLAIN, new Plan(RFC_SENDS, true, RFC_LAST_WAIT, true), then);
    }

    /** Asks what a NAT may keep the answer of: sent as often as silence needs to be told from loss, at even intervals. */
    void listen(ProbeSocket socket, TransportAddress to, Request request, Consumer<Reply> then) {
        start(socket, to, request, new Plan(bench.loss().sendsPerTry(), false, SILENCE_LAST_WAIT, false), then);
    }

    /** The longest time between a request that was sent once and its answer; 0 before any. */
    long longestRttNanos() {
        return longestRttNanos;
    }

    /** How long after the first send the answer to a {@link #listen} may still come. */
    private long rtoNanos() {
        return Math.max(firstRtoNanos, 2 * longestRttNanos);
    }

    private void start(ProbeSocket socket, TransportAddress to, Request request, Plan plan, Consumer<Reply> then) {
        TransactionId id = bench.newId();
        Transaction transaction = new Transaction(socket, to, request.encode(id), id, plan, rtoNanos(), then);
        bench.expect(id, transaction::onArrival);
        transaction.send();
    }

    /**
     * When to send again.
     *
     * @param sends how often at most
     * @param doubling whether each wait is twice the one before
     * @param lastWait after the last send, in retransmission timeouts
     * @param counted whether it counts as loss if nothing comes
     */
    private record Plan(int sends, boolean doubling, int lastWait, boolean counted) {}

    private final class Transaction {

        private final ProbeSocket socket;
        private final TransportAddress to;
        private final ByteBuffer message;
        private final TransactionId id;
        private final Plan plan;
        private final long rtoNanos;
        private final Consumer<Reply> then;
        private final long firstNanos = bench.nowNanos();
        private int sends;
        private boolean done;

        Transaction(
                ProbeSocket socket,
                TransportAddress to,
                ByteBuffer message,
                TransactionId id,
                Plan plan,
                long rtoNanos,
                Consumer<Reply> then) {
            this.socket = socket;
            this.to = to;
            this.message = message;
            this.id = id;
            this.plan = plan;
            this.rtoNanos = rtoNanos;
            this.then = then;
        }

        void send() {
            if (done) {
                return;
            }
            if (sends == plan.sends) {
                end(null);
                return;
            }
            long wait = plan.doubling ? rtoNanos << sends : rtoNanos;
            sends++;
            bench.after(sends == plan.sends ? plan.lastWait * rtoNanos : wait, this::send);
            socket.send(to, message.duplicate());
        }

        void onArrival(Arrival arrival) {
            if (sends == 1) {
                longestRttNanos = Math.max(longestRttNanos, arrival.nanos() - firstNanos);
            }
            end(arrival);
        }

        private void end(@Nullable Arrival arrival) {
            if (done) {
                return;
            }
            done = true;
            bench.forget(id);
            if (plan.counted) {
                bench.loss().note(sends, arrival != null);
            }
            then.accept(new Reply(arrival, sends));
        }
    }
}
