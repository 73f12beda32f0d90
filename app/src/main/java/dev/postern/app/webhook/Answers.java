package dev.postern.app.webhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * Two caches, so that names which strangers make up push out no user: a name costs them one answer, and those of unknown users
 * only push out each other.
 */

/** What the webhook said lately. Bounded; any thread; time by the clock. */
final class Answers {

    static final int MAX_USERS = 20_000;
    static final int MAX_UNKNOWN = 20_000;

    private final long freshNanos;
    private final long usableNanos;
    private final long pauseNanos;
    private final LongSupplier nanoClock;
    private final Cache<String, Entry> known;
    private final Cache<String, Boolean> unknown;

    /** One answer. Fresh: it is taken as it is. Usable: only where no new one can be had. */
    record Entry(Reply.Known reply, long answeredNanos, long freshForNanos) {

        boolean isFresh(long nowNanos) {
            return nowNanos - answeredNanos < freshForNanos;
        }
    }

    /**
     * @param fresh how long a known user is not asked for again
     * @param negative how long an unknown one is not; also how long after a failure an older answer serves without asking
     * @param stale how long after an answer was fresh it may still serve
     */
    Answers(Duration fresh, Duration negative, Duration stale, LongSupplier nanoClock) {
        this.freshNanos = fresh.toNanos();
        this.usableNanos = fresh.plus(stale).toNanos();
        this.pauseNanos = negative.toNanos();
        this.nanoClock = nanoClock;
        this.known = Caffeine.newBuilder()
                .maximumSize(MAX_USERS)
                .expireAfter(Expiry.<String, Entry>writing(
                        (name, entry) -> Duration.ofNanos(entry.answeredNanos() + usableNanos - nanoClock.getAsLong())))
                .ticker(nanoClock::getAsLong)
                .executor(Runnable::run)
                .build();
        this.unknown = Caffeine.newBuilder()
                .maximumSize(MAX_UNKNOWN)
                .expireAfterWrite(negative)
                .ticker(nanoClock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    Entry known(String username) {
        return known.getIfPresent(username);
    }

    boolean isUnknown(String username) {
        return unknown.getIfPresent(username) != null;
    }

    void keep(String username, Reply.Known reply) {
        unknown.invalidate(username);
        known.put(username, new Entry(reply, nanoClock.getAsLong(), freshNanos));
    }

    void keepUnknown(String username) {
        known.invalidate(username);
        unknown.put(username, Boolean.TRUE);
    }

    /** There is no new answer: an older one serves for a moment more. Tells whether there is one. */
    boolean stretch(String username) {
        long now = nanoClock.getAsLong();
        return known.asMap()
                        .computeIfPresent(
                                username,
                                (name, entry) -> new Entry(
                                        entry.reply(), entry.answeredNanos(), now - entry.answeredNanos() + pauseNanos))
                != null;
    }
}
