package dev.postern.app.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.app.config.EventKeys;
import dev.postern.app.config.Settings;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.SignalingListener;
import dev.postern.stun.IpPrefix;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a service of one's own what happens in the rooms: POSTs with up to {@value #MAX_EVENTS} events each, signed, in order, by one thread. A
 * POST that fails is tried {@value #MAX_ATTEMPTS} times with the same {@code Postern-Delivery}, so that the service can tell it from
 * another one; up to {@value #MAX_WAITING} events wait meanwhile, and what comes beyond those is dropped and counted.
 */
public final class EventWebhook implements SignalingListener, AutoCloseable {

    static final int MAX_EVENTS = 64;
    static final int MAX_WAITING = 4_096;
    static final int MAX_ATTEMPTS = 4;
    static final long FIRST_PAUSE_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventWebhook.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final long CLOSE_MILLIS = 2_000;
    private static final int DELIVERY_BYTES = 16;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;

    private final Sender sender;
    private final Pause pause;
    private final EventSignature signature;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Thread thread;
    private final Map<EventCounter, Long> counts = new EnumMap<>(EventCounter.class);
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean isClosing;
    private boolean isFailing;

    private record Waiting(SignalingEvent event, long atMillis) {}

    /** Brings one POST to the service. */
    interface Sender {

        /** The status of the answer. */
        int post(String delivery, String signature, byte[] body) throws IOException;
    }

    /** What is done between two attempts. */
    interface Pause {

        void millis(long millis) throws InterruptedException;
    }

    EventWebhook(Sender sender, Pause pause, String secret, InstantSource clock, RandomGenerator random) {
        this.sender = sender;
        this.pause = pause;
        this.signature = new EventSignature(secret);
        this.clock = clock;
        this.random = random;
        for (EventCounter counter : EventCounter.values()) {
            counts.put(counter, 0L);
        }
        this.thread = new Thread(this::run, "postern-event-webhook");
        thread.setDaemon(true);
        thread.start();
    }

    /** The webhook that the settings describe; null if they name none. Close it behind the signaling server. */
    public static @Nullable EventWebhook of(Settings settings, InstantSource clock) {
        URI url = settings.find(EventKeys.URL);
        String secret = settings.find(EventKeys.SECRET);
        if (url == null || secret == null) {
            return null;
        }
        List<IpPrefix> listed = settings.find(EventKeys.ALLOW_ADDRESSES);
        Duration timeout = settings.get(EventKeys.TIMEOUT);
        EventTarget target = new EventTarget(url, listed == null ? List.of() : listed);
        EventPost post = new EventPost(target, timeout, (SSLSocketFactory) SSLSocketFactory.getDefault());
        return new EventWebhook(post, Thread::sleep, secret, clock, new SecureRandom());
    }

    @Override
    public void onEvent(SignalingEvent event) {
        if (nameOf(event.kind()) == null) {
            return;
        }
        synchronized (waiting) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(new Waiting(event, clock.millis()));
                waiting.notifyAll();
                return;
            }
        }
        count(EventCounter.DROPPED_FULL, 1);
    }

    /** What the service is told of a kind of event; null where it is told nothing. */
    private static @Nullable String nameOf(SignalingEvent.Kind kind) {
        return switch (kind) {
            case ROOM_OPENED, ROOM_CLOSED, PEER_JOINED, PEER_LEFT, SESSION_ENDED ->
                kind.name().toLowerCase(Locale.ROOT);
            case SESSION_STARTED, SESSION_RESUMED, SESSION_LOST -> null;
        };
    }

    private void run() {
        try {
            for (List<Waiting> next = take(); !next.isEmpty(); next = take()) {
                deliver(next);
            }
        } catch (InterruptedException e) {
            LOG.debug("closed: nobody is told any more");
        }
    }

    /** The next events, as many as go into one POST; none when this is closed and nothing is left. */
    private List<Waiting> take() throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty() && !isClosing) {
                waiting.wait();
            }
            List<Waiting> taken = new ArrayList<>();
            while (!waiting.isEmpty() && taken.size() < MAX_EVENTS) {
                taken.add(waiting.remove());
            }
            return taken;
        }
    }

    private void deliver(List<Waiting> events) throws InterruptedException {
        byte[] id = new byte[DELIVERY_BYTES];
        random.nextBytes(id);
        String delivery = HexFormat.of().formatHex(id);
        byte[] body = bodyOf(events);
        long pauseMillis = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            int status = attempt(delivery, body);
            if (status / 100 == 2) {
                count(EventCounter.TOLD, events.size());
                return;
            }
            boolean mayPass = status < 400 || status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
            if (!mayPass || isClosing() || attempt == MAX_ATTEMPTS) {
                break;
            }
            pause.millis(pauseMillis);
            pauseMillis *= 2;
        }
        count(EventCounter.DROPPED_REFUSED, events.size());
    }

    /** The status, or 0 where there was none. */
    private int attempt(String delivery, byte[] body) {
        count(EventCounter.ATTEMPTS, 1);
        String cause;
        try {
            int status = sender.post(delivery, signature.of(clock.millis() / 1_000, body), body);
            if (status / 100 == 2) {
                isFailing = false;
                return status;
            }
            complain("status " + status);
            return status;
        } catch (EventTarget.RefusedAddressException e) {
            count(EventCounter.ADDRESS_REFUSED, 1);
            cause = String.valueOf(e.getMessage());
        } catch (IOException | RuntimeException e) {
            cause = e.getClass().getSimpleName();
        }
        complain(cause);
        return 0;
    }

    /** Once for each time that it begins to fail; the counters say how often. */
    private void complain(String cause) {
        count(EventCounter.ATTEMPTS_FAILED, 1);
        if (!isFailing) {
            isFailing = true;
            LOG.atWarn().addKeyValue("cause", cause).log("the webhook for events does not take them");
        }
    }

    private static byte[] bodyOf(List<Waiting> events) {
        ObjectNode body = MAPPER.createObjectNode();
        ArrayNode all = body.putArray("events");
        for (Waiting one : events) {
            SignalingEvent event = one.event();
            ObjectNode json = all.addObject().put("event", nameOf(event.kind())).put("at", one.atMillis());
            putUnlessEmpty(json, "room", event.room());
            putUnlessEmpty(json, "peer", event.peer());
            putUnlessEmpty(json, "user", event.subject());
            if (event.why() != null) {
                json.put("why", event.why().name().toLowerCase(Locale.ROOT));
            }
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void putUnlessEmpty(ObjectNode json, String field, String text) {
        if (!text.isEmpty()) {
            json.put(field, text);
        }
    }

    private boolean isClosing() {
        synchronized (waiting) {
            return isClosing;
        }
    }

    private void count(EventCounter counter, long more) {
        synchronized (counts) {
            counts.merge(counter, more, Long::sum);
        }
    }

    /** The value of every counter now. */
    public Map<EventCounter, Long> counters() {
        synchronized (counts) {
            return Collections.unmodifiableMap(new EnumMap<>(counts));
        }
    }

    /** Tells what waits, once and for a moment, and ends. */
    @Override
    public void close() {
        synchronized (waiting) {
            isClosing = true;
            waiting.notifyAll();
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
