package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.Hub;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a {@link Carrier} that is the same for all of them: a text from the client becomes a message or a complaint
 * for the hub, a message from the hub becomes JSON, both are counted and logged, and the place that the carrier's address
 * takes is given back once.
 *
 * <p>Threads: the carrier's; "the hub's thread" is the one that has the hub at that moment (see {@link HubLoop}).
 */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final SocketSettings settings;
    private final SocketAddress remote;
    private final Carrier carrier;
    private final Judge.Asker asker;
    private final Hand hand;
    private final AtomicBoolean isReported = new AtomicBoolean();
    private final AtomicBoolean hasEnded = new AtomicBoolean();

    /** The hub's thread only. */
    private @Nullable Connection connection;

    /** What waits behind a message whose token is being looked at: no more than the carrier lets come meanwhile. */
    private final Deque<Step> waiting = new ArrayDeque<>();

    private boolean isAsking;

    /**
     * One input in its turn.
     *
     * @param asks whether it is over only when there is a verdict, and {@link #goOn} is called
     */
    private record Step(boolean asks, Runnable action) {}

    /** Something that the hub does with this carrier's connection. */
    interface Input {

        void give(Hub hub, long nowNanos, Connection connection);
    }

    /** How what a client has sent gets to the hub. */
    interface Hand {

        void over(HubLoop.Task task);
    }

    /**
     * The address must have been counted in {@link SocketSettings#addresses}.
     *
     * @param origin whose page opened it; null where no browser said so
     */
    Link(SocketSettings settings, SocketAddress remote, @Nullable String origin, Carrier carrier, Hand hand) {
        this.asker = settings.judge().of(remote, origin);
        this.settings = settings;
        this.remote = remote;
        this.carrier = carrier;
        this.hand = hand;
    }

    /** Tells the hub of the carrier; its thread runs {@code whenOpen}. */
    void open(Runnable whenOpen) {
        settings.carriers().add(carrier);
        hand.over((now, hub) -> {
            connection = hub.onOpen(now, carrier, AddressLimits.textOf(remote));
            whenOpen.run();
        });
    }

    /**
     * A whole text has come; the hub's thread runs {@code taken} when it has taken it, which is after the verdict on its token if it
     * has one. What comes meanwhile keeps its place behind it.
     *
     * @return whether the next one may be read before that
     */
    boolean receive(String text, int bytes, Runnable taken) {
        settings.counters().add(SignalingCounter.BYTES_RECEIVED, bytes);
        Decoded<ClientMessage> decoded = settings.codec().decodeClient(text);
        if (decoded instanceof Decoded.Message<ClientMessage> whole) {
            LOG.atDebug()
                    .addKeyValue("message", () -> LogText.ofMessage(whole.message()))
                    .log("received");
            ClientMessage message = whole.message();
            if (asker.mustAsk(message)) {
                inTurn(new Step(
                        true,
                        () -> asker.ask(message, verdict -> {
                            // Whoever tells the verdict may hold locks of his own.
                            settings.loop()
                                    .execute(task((hub, now, at) -> hub.onMessage(now, at, message, verdict), taken));
                            goOn();
                        })));
                return false;
            }
            inTurn(new Step(false, () -> toHub((hub, now, at) -> hub.onMessage(now, at, message), taken)));
            return !(message instanceof ClientMessage.Hello);
        }
        if (decoded instanceof Decoded.Malformed<ClientMessage> malformed) {
            inTurn(new Step(false, () -> toHub((hub, now, at) -> hub.onMalformed(now, at, malformed), taken)));
        }
        return true;
    }

    private void inTurn(Step step) {
        synchronized (waiting) {
            if (isAsking) {
                waiting.add(step);
                return;
            }
            isAsking = step.asks();
        }
        step.action().run();
    }

    /** A verdict has come: does what waited behind it, up to the next that needs one. */
    private void goOn() {
        while (true) {
            Step next;
            synchronized (waiting) {
                next = waiting.poll();
                isAsking = next != null && next.asks();
            }
            if (next == null) {
                return;
            }
            next.action().run();
            if (next.asks()) {
                return;
            }
        }
    }

    /** Hands an input to the hub, whose thread runs {@code taken} behind it, whatever came of it. */
    void toHub(Input input, Runnable taken) {
        hand.over(task(input, taken));
    }

    private HubLoop.Task task(Input input, Runnable taken) {
        return (now, hub) -> {
            try {
                input.give(hub, now, Objects.requireNonNull(connection));
            } finally {
                taken.run();
            }
        };
    }

    /** Hands a complaint to the hub: the first one of this carrier only. */
    void report(Input complaint) {
        if (isReported.compareAndSet(false, true)) {
            settings.loop().execute(task(complaint, () -> {}));
        }
    }

    /** The message as UTF-8 JSON, counted as sent; the hub's thread. */
    byte[] encode(ServerMessage message) {
        byte[] json = settings.codec().encode(message);
        settings.counters().count(SignalingCounter.MESSAGES_SENT);
        settings.counters().add(SignalingCounter.BYTES_SENT, json.length);
        LOG.atDebug().addKeyValue("message", () -> LogText.ofMessage(message)).log("sent");
        return json;
    }

    /** The carrier is gone; {@code onPurpose} if its client closed it as a page does that is left. A second call does nothing. */
    void ended(boolean onPurpose) {
        if (!hasEnded.compareAndSet(false, true)) {
            return;
        }
        settings.addresses().giveBack(remote);
        settings.loop().execute((now, hub) -> {
            Connection at = connection;
            if (at != null) {
                hub.onClosed(now, at, onPurpose);
            }
            settings.carriers().remove(carrier);
        });
    }
}
