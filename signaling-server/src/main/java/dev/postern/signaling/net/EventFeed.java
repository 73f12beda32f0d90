package dev.postern.signaling.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * An event stream (Server-Sent Events, WHATWG HTML 9.2): one event for each message, whose id is its index, one write at a time.
 * Where nothing else was sent for a while a comment goes out, so that nobody between takes the connection for dead.
 */
final class EventFeed extends IteratingCallback implements Feed {

    static final String TYPE = "text/event-stream";
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SignalStream stream;
    private final Exchange exchange;
    private final long keepAliveNanos;
    private final long sendDeadlineNanos;
    private final AtomicBoolean isCompleted = new AtomicBoolean();

    /** What {@link #process} alone touches. */
    private long index;

    private boolean isLast;
    private volatile boolean isEnding;
    /** The first comment makes the response begin. */
    private volatile boolean isCommentDue = true;

    private volatile boolean isWriting;
    private volatile long writtenNanos = System.nanoTime();

    EventFeed(SignalStream stream, Exchange exchange, long after, long keepAliveNanos, long sendDeadlineNanos) {
        this.stream = stream;
        this.exchange = exchange;
        this.index = after;
        this.keepAliveNanos = keepAliveNanos;
        this.sendDeadlineNanos = sendDeadlineNanos;
    }

    /** Says what the response is; to be called before the feed is woken. */
    void begin() {
        exchange.response().setStatus(HttpStatus.OK_200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        exchange.response().getHeaders().put("X-Accel-Buffering", "no");
        exchange.response().getHeaders().put("X-Content-Type-Options", "nosniff");
    }

    @Override
    public void wake() {
        iterate();
    }

    @Override
    public void end() {
        isEnding = true;
        iterate();
    }

    @Override
    public void cut() {
        complete(new TimeoutException("the client does not read"));
    }

    @Override
    public void check(long nowNanos) {
        long sinceNanos = nowNanos - writtenNanos;
        if (isWriting && sinceNanos > sendDeadlineNanos) {
            stream.onStuck();
        } else if (!isWriting && sinceNanos > keepAliveNanos) {
            isCommentDue = true;
            iterate();
        }
    }

    @Override
    protected Action process() {
        ByteBuffer event = isLast ? null : nextEvent();
        if (event == null) {
            return isLast ? Action.SUCCEEDED : Action.IDLE;
        }
        writtenNanos = System.nanoTime();
        isWriting = true;
        exchange.response().write(isLast, event, this);
        return Action.SCHEDULED;
    }

    private @Nullable ByteBuffer nextEvent() {
        Mailbox.Item item = isEnding ? null : stream.next(index);
        if (item != null) {
            index = item.index();
            isCommentDue = false;
            return event(item);
        }
        if (isEnding || stream.isOver(index)) {
            isLast = true;
            return NOTHING;
        }
        if (isCommentDue) {
            isCommentDue = false;
            return ByteBuffer.wrap(COMMENT);
        }
        return null;
    }

    /** A message is one line: its JSON has every line end within texts escaped. */
    private static ByteBuffer event(Mailbox.Item item) {
        byte[] head = ("id:" + item.index() + "\ndata:").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(head.length + item.json().remaining() + END_OF_EVENT.length)
                .put(head)
                .put(item.json())
                .put(END_OF_EVENT)
                .flip();
    }

    @Override
    protected void onSuccess() {
        writtenNanos = System.nanoTime();
        isWriting = false;
    }

    @Override
    protected void onCompleteSuccess() {
        complete(null);
        stream.onDelivered(index);
    }

    @Override
    protected void onFailure(Throwable cause) {
        complete(cause);
    }

    private void complete(@Nullable Throwable cause) {
        if (!isCompleted.compareAndSet(false, true)) {
            return;
        }
        stream.detach(this);
        if (cause == null) {
            exchange.callback().succeeded();
        } else {
            exchange.callback().failed(cause);
        }
    }
}
