package dev.postern.signaling.net;

import dev.postern.signaling.Authorizer;
import dev.postern.signaling.Authorizer.Attempt;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingTime;
import dev.postern.signaling.core.RateBucket;
import dev.postern.signaling.protocol.ClientMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authorizer about tokens, before the hub gets the message that holds one. However it behaves, each message gets one
 * verdict in bounded time, and no more wait for one than may. Any thread.
 */
final class Judge {

    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);
    /** What one connection may ask: a hello, and newer tokens now and then. */
    private static final int ATTEMPTS_PER_SECOND = 1;

    private static final int ATTEMPT_BURST = 5;
    private static final Verdict UNAVAILABLE = new Verdict.Unavailable();

    private final Authorizer authorizer;
    private final boolean isAnonymous;
    private final int maxPending;
    private final long deadlineNanos;
    private final Watch watch;
    private final Counters counters;
    private final AtomicInteger pending = new AtomicInteger();
    private volatile boolean isFailing;

    Judge(SignalingConfig config, Watch watch, Counters counters) {
        this.authorizer = config.authorizer();
        this.isAnonymous = config.isAnonymous();
        this.maxPending = config.limit(SignalingLimit.AUTH_PENDING);
        this.deadlineNanos = config.time(SignalingTime.AUTH_DEADLINE).toNanos();
        this.watch = watch;
        this.counters = counters;
    }

    /** The questions of one connection; {@code origin} is the header of the request that opened it. */
    Asker of(SocketAddress remote, @Nullable String origin) {
        boolean isKnown = remote instanceof InetSocketAddress inet && !inet.isUnresolved();
        InetAddress client = isKnown ? ((InetSocketAddress) remote).getAddress() : InetAddress.getLoopbackAddress();
        return new Asker(client, origin);
    }

    /** How many wait for a verdict. */
    int pending() {
        return pending.get();
    }

    /** What one connection asks. */
    final class Asker {

        private final InetAddress client;
        private final @Nullable String origin;
        private final RateBucket attempts = new RateBucket(System.nanoTime(), ATTEMPTS_PER_SECOND, ATTEMPT_BURST);

        private Asker(InetAddress client, @Nullable String origin) {
            this.client = client;
            this.origin = origin;
        }

        /** Whether the hub may have this message only with a verdict on its token. */
        boolean mustAsk(ClientMessage message) {
            return !isAnonymous && (message instanceof ClientMessage.Hello || message instanceof ClientMessage.Auth);
        }

        /** Calls {@code then} once, now or later, by this thread or another, with the verdict on the token in the message. */
        void ask(ClientMessage message, Consumer<Verdict> then) {
            String token = message instanceof ClientMessage.Hello hello
                    ? hello.token()
                    : message instanceof ClientMessage.Auth auth ? auth.token() : null;
            if (!takeAttempt()) {
                counters.count(SignalingCounter.AUTHORIZER_SPARED);
                then.accept(UNAVAILABLE);
            } else if (pending.incrementAndGet() > maxPending) {
                pending.decrementAndGet();
                counters.count(SignalingCounter.AUTHORIZER_SPARED);
                then.accept(UNAVAILABLE);
            } else {
                new Case(then).open(new Attempt(token, client, origin));
            }
        }

        private boolean takeAttempt() {
            synchronized (attempts) {
                return attempts.take(System.nanoTime());
            }
        }
    }

    /** One attempt, from its question to its verdict. */
    private final class Case implements Watch.Watched {

        private final Consumer<Verdict> then;
        private final long sinceNanos = System.nanoTime();
        private final AtomicBoolean isDecided = new AtomicBoolean();

        Case(Consumer<Verdict> then) {
            this.then = then;
        }

        void open(Attempt attempt) {
            watch.add(this);
            try {
                CompletionStage<Verdict> asked = authorizer.authorize(attempt);
                asked.whenComplete(this::onAnswer);
            } catch (RuntimeException e) {
                onAnswer(null, e);
            }
        }

        private void onAnswer(@Nullable Verdict verdict, @Nullable Throwable failure) {
            if (verdict == null || failure != null) {
                giveUp(SignalingCounter.AUTHORIZER_FAILED, failure);
            } else if (decide()) {
                isFailing = false;
                then.accept(verdict);
            }
        }

        @Override
        public void check(long nowNanos) {
            if (nowNanos - sinceNanos > deadlineNanos) {
                giveUp(SignalingCounter.AUTHORIZER_LATE, null);
            }
        }

        /** Counts before it answers: who has seen the answer finds it counted. */
        private void giveUp(SignalingCounter why, @Nullable Throwable failure) {
            if (decide()) {
                counters.count(why);
                complain(failure);
                then.accept(UNAVAILABLE);
            }
        }

        /** Whether the caller's is the one verdict. */
        private boolean decide() {
            if (!isDecided.compareAndSet(false, true)) {
                return false;
            }
            watch.remove(this);
            pending.decrementAndGet();
            return true;
        }
    }

    /** Once for each time that it begins to fail; the counters say how often. */
    private void complain(@Nullable Throwable failure) {
        if (!isFailing) {
            isFailing = true;
            LOG.atWarn()
                    .addKeyValue(
                            "cause",
                            failure == null ? "none" : failure.getClass().getSimpleName())
                    .log("the authorizer fails or is late, so nobody is let in meanwhile");
        }
    }
}
