package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.core.RateBucket;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One carrier over plain HTTP: what the client sends comes by POST, what it is sent goes out by GET, as an event stream or by
 * polling. It lives between requests, under an id that nobody can guess and that nothing here logs.
 *
 * <p>Threads: Jetty's bring requests, the hub's calls {@link #send} and {@link #close}, the watch calls {@link #check}. The
 * lock is held for a moment, and never while a feed or the hub is called.
 */
final class SignalStream implements Carrier, Watch.Watched {

    private final String id;
    private final @Nullable String origin;
    private final SocketSettings settings;
    private final long unreadDeadlineNanos;
    private final Streams streams;
    private final Link link;

    private final Object lock = new Object();
    private final Mailbox mailbox;
    private final RateBucket requests;
    private State state = State.OPEN;
    private @Nullable Feed feed;
    private boolean isPosting;
    /** Since when there is no GET. */
    private long unreadSinceNanos = System.nanoTime();

    private long closingSinceNanos;

    /** It goes down this list and never up. */
    private enum State {
        OPEN,
        /** The server has decided to close: what waits, with the {@code bye}, can still be fetched. */
        CLOSING,
        CLOSED
    }

    SignalStream(
            String id,
            @Nullable String origin,
            SocketAddress remote,
            SocketSettings settings,
            long unreadDeadlineNanos,
            Streams streams) {
        this.id = id;
        this.origin = origin;
        this.settings = settings;
        this.unreadDeadlineNanos = unreadDeadlineNanos;
        this.streams = streams;
        this.link = new Link(settings, remote, origin, this, settings.loop()::executeHere);
        this.requests = new RateBucket(System.nanoTime(), settings.smallFramesPerSecond(), settings.smallFrameBurst());
        this.mailbox = new Mailbox(
                settings.queueBytes(),
                settings.queueMessages(),
                dropped -> settings.counters().add(SignalingCounter.PRESENCE_COALESCED, dropped));
    }

    String id() {
        return id;
    }

    /** The origin of the page that opened it; null for a program. */
    @Nullable
    String origin() {
        return origin;
    }

    /** Begins with the text of the first message; the feed answers the request that brought it. */
    void open(PollFeed opening, String text, int bytes) {
        settings.watch().add(this);
        attach(opening, 0);
        link.open(() -> {});
        link.receive(text, bytes, () -> {});
    }

    /** One more request has come; false, and the hub told, if there are too many. */
    boolean admits(long nowNanos) {
        synchronized (lock) {
            if (requests.take(nowNanos)) {
                return true;
            }
        }
        link.report(Hub::onFlood);
        return false;
    }

    /** Whether the client may still send. */
    boolean isOpen() {
        synchronized (lock) {
            return state == State.OPEN;
        }
    }

    /** Begins a POST; false if one is under way. */
    boolean beginPost() {
        synchronized (lock) {
            boolean begins = !isPosting;
            isPosting = true;
            return begins;
        }
    }

    void endPost() {
        synchronized (lock) {
            isPosting = false;
        }
    }

    /** Hands over the messages of one POST; the hub's thread runs {@code taken} when it has the last of them. */
    void receive(List<String> texts, int bytes, Runnable taken) {
        Runnable done = () -> {
            endPost();
            taken.run();
        };
        int last = texts.size() - 1;
        for (int i = 0; i < last; i++) {
            link.receive(texts.get(i), 0, () -> {});
        }
        if (last >= 0) {
            link.receive(texts.get(last), bytes, done);
        } else {
            done.run();
        }
    }

    /** Whether a client that has everything up to this index can be given all that follows. */
    boolean canGoOnAfter(long index) {
        synchronized (lock) {
            return mailbox.canGoOnAfter(index);
        }
    }

    /** Makes this feed the one that is written to, in the place of any before. */
    void attach(Feed next, long after) {
        Feed before;
        boolean isGone;
        synchronized (lock) {
            mailbox.confirm(after);
            before = feed;
            feed = next;
            isGone = state == State.CLOSED;
        }
        if (before != null) {
            before.end();
        }
        if (isGone) {
            next.end();
        } else {
            next.wake();
        }
    }

    /** This feed has ended; nothing if another has taken its place. */
    void detach(Feed ended) {
        synchronized (lock) {
            if (feed == ended) {
                feed = null;
                unreadSinceNanos = System.nanoTime();
            }
        }
    }

    /** The first message behind this index; null if there is none, or what would be the first is no longer kept. */
    Mailbox.@Nullable Item next(long after) {
        synchronized (lock) {
            return mailbox.canGoOnAfter(after) ? mailbox.next(after) : null;
        }
    }

    /** The first messages behind this index, as {@link Mailbox#next(long, int)} counts; none if the first is no longer kept. */
    List<Mailbox.Item> next(long after, int maxBytes) {
        synchronized (lock) {
            return mailbox.canGoOnAfter(after) ? mailbox.next(after, maxBytes) : List.of();
        }
    }

    /** Whether nothing will ever follow this index: the stream has ended, or what follows is no longer kept. */
    boolean isOver(long index) {
        synchronized (lock) {
            return (state != State.OPEN && mailbox.isEmptyAfter(index)) || !mailbox.canGoOnAfter(index);
        }
    }

    /** The client has everything up to this index, or a feed has written it; true if that was the {@code bye}, the end. */
    boolean onDelivered(long index) {
        boolean isDone;
        synchronized (lock) {
            isDone = state != State.OPEN && mailbox.isEmptyAfter(index);
        }
        if (isDone) {
            finish(false, false);
        }
        return isDone;
    }

    /** One write takes too long. */
    void onStuck() {
        link.report(Hub::onSlow);
    }

    @Override
    public void send(ServerMessage message) {
        byte[] json = link.encode(message);
        boolean fits;
        synchronized (lock) {
            fits = mailbox.add(message, json);
            if (message instanceof ServerMessage.Bye) {
                beginClosing(); // before anybody can fetch it and ask for more
            }
        }
        if (!fits) {
            link.report(Hub::onSlow);
        }
    }

    /** One answer has all that came of a row of inputs. */
    @Override
    public void flush() {
        Feed awake = feed();
        if (awake != null) {
            awake.wake();
        }
    }

    @Override
    public void close(CloseCode code) {
        synchronized (lock) {
            beginClosing();
        }
        flush();
    }

    private void beginClosing() {
        if (state == State.OPEN) {
            state = State.CLOSING;
            closingSinceNanos = System.nanoTime();
        }
    }

    private @Nullable Feed feed() {
        synchronized (lock) {
            return feed;
        }
    }

    /** The client ends the stream, as a page does that is left. */
    void leave() {
        finish(true, false);
    }

    @Override
    public void check(long nowNanos) {
        Feed current;
        State now;
        boolean isLate;
        synchronized (lock) {
            current = feed;
            now = state;
            isLate = now == State.CLOSING
                    ? nowNanos - closingSinceNanos > settings.closeDeadlineNanos()
                    : current == null && nowNanos - unreadSinceNanos > unreadDeadlineNanos;
        }
        if (now == State.CLOSED) {
            return;
        }
        if (now == State.CLOSING && isLate) {
            settings.counters().count(SignalingCounter.CLOSES_FORCED);
            finish(false, true);
        } else if (isLate) {
            link.report(Hub::onUnread);
        } else if (current != null) {
            current.check(nowNanos);
        }
    }

    private void finish(boolean onPurpose, boolean cut) {
        Feed last;
        synchronized (lock) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            last = feed;
        }
        streams.remove(this);
        settings.watch().remove(this);
        if (last != null && cut) {
            last.cut();
        } else if (last != null) {
            last.end();
        }
        link.ended(onPurpose);
    }
}
