package dev.postern.app.webhook;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.http.Asking;
import dev.postern.stun.IpAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import java.net.URI;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users that a webhook knows: what it said lately at once, and everything else by asking it, a bounded number at a time and source
 * after source, so that names which a stranger makes up wait behind each other and not in front of anybody.
 *
 * <p>While it does not answer, users that it knew lately are let in for some time yet. For all others there is no answer, and a
 * request without one stays unanswered: its client sends it again, whereas a refusal would end its attempt. Any thread.
 */
public final class WebhookCredentials implements CredentialStore, AutoCloseable {

    static final int MAX_IN_FLIGHT = 16;
    static final int MAX_WAITING = 512;

    private static final int MAX_ANSWER_BYTES = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(WebhookCredentials.class);

    private final String realm;
    private final Webhook webhook;
    private final Answers answers;
    private final LongSupplier nanoClock;
    private final Executor teller;
    private final Runnable onClose;
    private final Map<WebhookCounter, Long> counts = new EnumMap<>(WebhookCounter.class);
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final WaitingNames waiting = new WaitingNames(MAX_WAITING);
    private final Set<String> inFlight = new HashSet<>();
    private volatile @Nullable Consumer<String> listener;

    /**
     * @param teller runs what must not be done by who asks
     * @param onClose ends what asks
     */
    WebhookCredentials(
            String realm, Webhook webhook, Answers answers, LongSupplier nanoClock, Executor teller, Runnable onClose) {
        this.realm = realm;
        this.webhook = webhook;
        this.answers = answers;
        this.nanoClock = nanoClock;
        this.teller = teller;
        this.onClose = onClose;
        for (WebhookCounter counter : WebhookCounter.values()) {
            counts.put(counter, 0L);
        }
    }

    /** The store that the settings describe; null if they name no webhook. Close it to stop asking. */
    public static @Nullable WebhookCredentials of(Settings settings) {
        URI url = settings.find(AccessKeys.WEBHOOK_URL);
        if (url == null) {
            return null;
        }
        String realm = settings.get(Keys.TURN_REALM);
        Asking asking = new Asking("webhook", settings.get(AccessKeys.WEBHOOK_TIMEOUT), MAX_ANSWER_BYTES);
        Answers answers = new Answers(
                settings.get(AccessKeys.WEBHOOK_CACHE),
                settings.get(AccessKeys.WEBHOOK_NEGATIVE_CACHE),
                settings.get(AccessKeys.WEBHOOK_STALE),
                System::nanoTime);
        Webhook webhook = new HttpWebhook(asking, url, settings.find(AccessKeys.WEBHOOK_TOKEN), realm);
        return new WebhookCredentials(realm, webhook, answers, System::nanoTime, asking.threads(), asking::close);
    }

    @Override
    public void close() {
        onClose.run();
    }

    /** Who is told the name of each user that there is news of; it must not block. */
    public void onNews(Consumer<String> told) {
        listener = told;
    }

    /** The value of every counter now. */
    public Map<WebhookCounter, Long> counters() {
        synchronized (this) {
            return Collections.unmodifiableMap(new EnumMap<>(counts));
        }
    }

    @Override
    public String realm() {
        return realm;
    }

    @Override
    public int maxKeysPerUser() {
        return 1;
    }

    @Override
    public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
        Answers.Entry entry = answers.known(username);
        if (entry != null && entry.reply().expiresAtSeconds() <= nowSeconds) {
            return entry.isFresh(nanoClock.getAsLong()) ? Lookup.UNKNOWN : Lookup.PENDING;
        }
        if (entry != null && entry.isFresh(nanoClock.getAsLong())) {
            LongTermKey key = entry.reply().keys().key(algorithm);
            return new Lookup.Known(
                    entry.reply().quotaUser(),
                    key == null ? List.of() : List.of(key),
                    entry.reply().expiresAtSeconds());
        }
        return entry == null && answers.isUnknown(username) ? Lookup.UNKNOWN : Lookup.PENDING;
    }

    @Override
    public void ask(String username, IpAddress source) {
        synchronized (this) {
            if (inFlight.contains(username)) {
                return;
            }
            if (!waiting.add(source, username)) {
                count(WebhookCounter.QUEUE_FULL);
            }
        }
        askWaiting();
    }

    private void askWaiting() {
        for (String username = next(); username != null; username = next()) {
            begin(username);
        }
    }

    /** The next name to ask for; null if none waits, or no more may be asked at once. */
    private synchronized @Nullable String next() {
        String username = inFlight.size() < MAX_IN_FLIGHT ? waiting.poll() : null;
        if (username != null) {
            waiting.remove(username); // also where another source waits for it
            inFlight.add(username);
        }
        return username;
    }

    private void begin(String username) {
        boolean admitted;
        synchronized (this) {
            admitted = breaker.admits(nanoClock.getAsLong());
            count(admitted ? WebhookCounter.ASKED : WebhookCounter.REFUSED_OPEN);
        }
        if (!admitted) {
            serveStale(username);
            later(() -> {
                done(username);
                askWaiting();
            });
            return;
        }
        try {
            webhook.ask(username).whenCompleteAsync((reply, failure) -> onReply(username, reply, failure), teller);
        } catch (RuntimeException e) {
            later(() -> onReply(username, null, e));
        }
    }

    /** Not during the call of who asks; not at all once this is closed. */
    private void later(Runnable task) {
        try {
            teller.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed: nobody is told any more");
        }
    }

    private void onReply(String username, @Nullable Reply reply, @Nullable Throwable failure) {
        if (reply instanceof Reply.Known known) {
            answers.keep(username, known);
            succeeded(WebhookCounter.KNOWN);
        } else if (reply instanceof Reply.Unknown) {
            answers.keepUnknown(username);
            succeeded(WebhookCounter.UNKNOWN);
        } else {
            failed(reply instanceof Reply.Broken broken ? broken.sentence() : nameOf(failure));
            serveStale(username);
        }
        done(username);
        askWaiting();
    }

    private synchronized void succeeded(WebhookCounter counter) {
        count(counter);
        if (breaker.isOpen()) {
            LOG.info("the webhook answers again");
        }
        breaker.succeeded();
    }

    private void failed(String why) {
        boolean opened;
        synchronized (this) {
            count(WebhookCounter.FAILED);
            opened = breaker.failed(nanoClock.getAsLong());
            if (opened) {
                count(WebhookCounter.BREAKER_OPENED);
            }
        }
        if (opened) {
            LOG.atWarn().addKeyValue("cause", why).log("the webhook is left alone for a while");
        }
    }

    /** The kind of failure alone: its text may hold what was sent. */
    private static String nameOf(@Nullable Throwable failure) {
        Throwable deepest = failure;
        while (deepest != null && deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        return deepest == null ? "nothing" : deepest.getClass().getSimpleName();
    }

    private void serveStale(String username) {
        if (answers.stretch(username)) {
            synchronized (this) {
                count(WebhookCounter.STALE_SERVED);
            }
        }
    }

    private void done(String username) {
        synchronized (this) {
            inFlight.remove(username);
        }
        Consumer<String> told = listener;
        if (told != null) {
            told.accept(username);
        }
    }

    private void count(WebhookCounter counter) {
        counts.merge(counter, 1L, Long::sum);
    }
}
