package dev.postern.signaling.net;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;

/**
 * A long poll: waits until the mailbox has something, answers with that as a JSON array, and is over. The request that opens a
 * stream is one too, whose answer names the stream. What it answers with stays in the mailbox until a later GET confirms it.
 */
final class PollFeed implements Feed {

    /** How much one answer holds, beyond its first message. */
    static final int ANSWER_BYTES = 65_536;

    private final SignalStream stream;
    private final Exchange exchange;
    private final long after;
    private final long waitNanos;
    private final boolean isOpening;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean isAnswered = new AtomicBoolean();

    private PollFeed(SignalStream stream, Exchange exchange, long after, long waitNanos, boolean isOpening) {
        this.stream = stream;
        this.exchange = exchange;
        this.after = after;
        this.waitNanos = waitNanos;
        this.isOpening = isOpening;
    }

    /** The answer to the request that opens a stream: what the first message led to. */
    static PollFeed opening(SignalStream stream, Exchange exchange, long waitNanos) {
        return new PollFeed(stream, exchange, 0, waitNanos, true);
    }

    /** The answer to one poll of a client that has everything up to an index. */
    static PollFeed after(long index, SignalStream stream, Exchange exchange, long waitNanos) {
        return new PollFeed(stream, exchange, index, waitNanos, false);
    }

    @Override
    public void wake() {
        List<Mailbox.Item> items = stream.next(after, ANSWER_BYTES);
        if (!items.isEmpty() || waitNanos == 0 || stream.isOver(after)) {
            answer(items);
        }
    }

    @Override
    public void end() {
        answer(List.of());
    }

    @Override
    public void cut() {
        end();
    }

    @Override
    public void check(long nowNanos) {
        if (nowNanos - startNanos > waitNanos) {
            answer(stream.next(after, ANSWER_BYTES));
        }
    }

    private void answer(List<Mailbox.Item> items) {
        if (!isAnswered.compareAndSet(false, true)) {
            return;
        }
        stream.detach(this);
        long last = items.isEmpty() ? after : items.get(items.size() - 1).index();
        Callback whenSent = Callback.from(exchange.callback(), () -> stream.onDelivered(last));
        if (isOpening) {
            String json = "{\"stream\":\"" + stream.id() + "\",\"messages\":" + json(items) + "}";
            exchange.json(HttpStatus.CREATED_201, json, whenSent);
        } else {
            exchange.json(HttpStatus.OK_200, json(items), whenSent);
        }
    }

    private static String json(List<Mailbox.Item> items) {
        StringBuilder json = new StringBuilder("[");
        for (Mailbox.Item item : items) {
            json.append(json.length() == 1 ? "" : ",")
                    .append("{\"i\":")
                    .append(item.index())
                    .append(",\"m\":")
                    .append(StandardCharsets.UTF_8.decode(item.json()))
                    .append('}');
        }
        return json.append(']').toString();
    }
}
