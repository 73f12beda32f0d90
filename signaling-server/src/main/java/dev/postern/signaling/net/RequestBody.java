package dev.postern.signaling.net;

import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of one POST, read as it comes: bounded in bytes and in time, whatever its header announces. Jetty's threads read it,
 * one at a time; the watch looks at the time.
 */
final class RequestBody implements Runnable, Watch.Watched {

    private final Request request;
    private final Watch watch;
    private final long deadlineNanos;
    private final Taker taker;
    private final Assembly assembly;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean isOver = new AtomicBoolean();

    /** Who gets the body: one of the methods is called, once. */
    interface Taker {

        void onText(String text, int bytes);

        void onRefused(Refusal refusal);
    }

    RequestBody(Request request, int maxBytes, long deadlineNanos, Watch watch, Taker taker) {
        this.request = request;
        this.assembly = new Assembly(maxBytes);
        this.deadlineNanos = deadlineNanos;
        this.watch = watch;
        this.taker = taker;
    }

    void read() {
        watch.add(this);
        run();
    }

    @Override
    public void run() {
        while (!isOver.get()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                refuse(Refusal.BODY_INCOMPLETE);
                return;
            }
            boolean fits = assembly.add(chunk.getByteBuffer());
            boolean isLast = chunk.isLast();
            chunk.release();
            if (!fits) {
                refuse(Refusal.BODY_TOO_LONG);
            } else if (isLast) {
                whole();
            }
        }
    }

    private void whole() {
        int length = assembly.length();
        String text = assembly.takeText();
        if (text == null) {
            refuse(Refusal.BODY_NOT_TEXT);
        } else if (over()) {
            taker.onText(text, length);
        }
    }

    @Override
    public void check(long nowNanos) {
        if (nowNanos - startNanos > deadlineNanos) {
            refuse(Refusal.BODY_INCOMPLETE);
        }
    }

    private void refuse(Refusal refusal) {
        if (over()) {
            taker.onRefused(refusal);
        }
    }

    private boolean over() {
        watch.remove(this);
        return isOver.compareAndSet(false, true);
    }
}
