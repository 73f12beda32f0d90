package dev.postern.app.jwt;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A token names its key by an id that a stranger may make up, so an unknown id must not mean a fetch each time: fetches are
 * REST apart whatever is asked for, one at a time, and no more than MAX_WAITING requests wait for one. Keys are fetched anew
 * when they are FRESH no more, so that one which the provider withdrew is not accepted for long; while the provider cannot be
 * reached, the known ones stay good for USABLE.
 */

/** The public keys that tokens may be signed with, as of lately. Any thread; time is handed in by the clock. */
final class SigningKeys {

    static final Duration FRESH = Duration.ofMinutes(10);
    static final Duration USABLE = Duration.ofHours(1);
    static final Duration REST = Duration.ofSeconds(30);
    static final int MAX_WAITING = 64;
    static final int MAX_KEYS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final KeySource source;
    private final LongSupplier nanoClock;
    private List<JsonWebKey> keys = List.of();
    private boolean hasKeys;
    private long fetchedNanos;
    private boolean hasAsked;
    private long askedNanos;
    private @Nullable CompletableFuture<List<JsonWebKey>> fetching;
    private int waiting;

    SigningKeys(KeySource source, LongSupplier nanoClock) {
        this.source = source;
        this.nanoClock = nanoClock;
    }

    /**
     * The keys among which one with this id is, or which are all that there are. Fails with {@link UnavailableException} if none
     * are known and none can be fetched now.
     *
     * @param keyId what the token says; null if it says nothing
     */
    CompletableFuture<List<JsonWebKey>> keysFor(@Nullable String keyId) {
        CompletableFuture<List<JsonWebKey>> begun;
        List<JsonWebKey> known;
        synchronized (this) {
            long now = nanoClock.getAsLong();
            if (hasKeys && now - fetchedNanos > USABLE.toNanos()) {
                hasKeys = false;
                keys = List.of();
            }
            boolean wanted = !hasKeys || !holds(keyId);
            boolean due = !hasKeys || now - fetchedNanos > FRESH.toNanos() || wanted;
            begun = due ? fetch(now) : fetching;
            known = keys;
            if (!wanted) {
                return CompletableFuture.completedFuture(known);
            }
            if (begun == null || waiting >= MAX_WAITING) {
                return hasKeys && begun == null
                        ? CompletableFuture.completedFuture(known)
                        : CompletableFuture.failedFuture(new UnavailableException());
            }
            waiting++;
        }
        return begun.whenComplete((fetched, failure) -> stopWaiting());
    }

    private synchronized void stopWaiting() {
        waiting--;
    }

    private boolean holds(@Nullable String keyId) {
        return keyId == null || keys.stream().anyMatch(key -> keyId.equals(key.getKeyId()));
    }

    /** The fetch that runs or is begun now; null if the last one was too short a time ago. Under the lock. */
    private @Nullable CompletableFuture<List<JsonWebKey>> fetch(long now) {
        if (fetching != null) {
            return fetching;
        }
        if (hasAsked && now - askedNanos < REST.toNanos()) {
            return null;
        }
        hasAsked = true;
        askedNanos = now;
        CompletableFuture<List<JsonWebKey>> running = new CompletableFuture<>();
        fetching = running;
        begin().whenComplete((text, failure) -> onFetched(running, text, failure));
        return running;
    }

    private CompletionStage<String> begin() {
        try {
            return source.fetch();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private void onFetched(
            CompletableFuture<List<JsonWebKey>> running, @Nullable String text, @Nullable Throwable failure) {
        List<JsonWebKey> fetched = null;
        try {
            fetched = text == null ? null : parse(text);
        } catch (JoseException e) {
            LOG.warn("the JWK set is none: {}", e.getClass().getSimpleName());
        }
        if (failure != null) {
            LOG.atWarn()
                    .addKeyValue("cause", failure.getClass().getSimpleName())
                    .log("the JWK set cannot be fetched");
        }
        List<JsonWebKey> result;
        boolean usable;
        synchronized (this) {
            fetching = null;
            if (fetched != null) {
                keys = fetched;
                hasKeys = true;
                fetchedNanos = nanoClock.getAsLong();
            }
            result = keys;
            usable = hasKeys;
        }
        if (usable) {
            running.complete(result);
        } else {
            running.completeExceptionally(new UnavailableException());
        }
    }

    /**
     * The keys of a JWK set, of which those of an unknown kind are left out.
     *
     * @throws JoseException if it is none, or holds more than {@value #MAX_KEYS}
     */
    static List<JsonWebKey> parse(String text) throws JoseException {
        List<JsonWebKey> found;
        try {
            found = new JsonWebKeySet(text).getJsonWebKeys();
        } catch (RuntimeException e) { // keys that are no list of objects break the library
            throw new JoseException("no list of keys", e);
        }
        if (found.size() > MAX_KEYS) {
            throw new JoseException("more than " + MAX_KEYS + " keys");
        }
        List<JsonWebKey> usable = new ArrayList<>();
        for (JsonWebKey key : found) {
            if (!"enc".equals(key.getUse())) {
                usable.add(key);
            }
        }
        return List.copyOf(usable);
    }

    /** No key is known, and none can be fetched now. */
    static final class UnavailableException extends Exception {

        private static final long serialVersionUID = 1;

        UnavailableException() {
            super("no signing keys", null, false, false);
        }
    }
}
