package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.core.Connection;
import dev.postern.signaling.core.HubOutput;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Takes the hub's results to the carriers, the counters and the log. The hub's thread only. */
final class SocketOutput implements HubOutput {

    private static final Logger LOG = LoggerFactory.getLogger(SocketOutput.class);

    private final Counters counters;
    private final Consumer<SignalingEvent> events;

    /** Those that something was queued for since the last flush. */
    private final Set<Carrier> waiting = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Those that are to be closed behind it. */
    private final IdentityHashMap<Carrier, CloseCode> closing = new IdentityHashMap<>();

    /** @param events who else hears of changes */
    SocketOutput(Counters counters, Consumer<SignalingEvent> events) {
        this.counters = counters;
        this.events = events;
    }

    @Override
    public void send(Connection to, ServerMessage message) {
        Carrier carrier = (Carrier) to.attachment();
        carrier.send(message);
        waiting.add(carrier);
    }

    /** Lets go out what was queued, and closes behind it; what fails for one client disturbs no other. */
    void flush() {
        for (Iterator<Map.Entry<Carrier, CloseCode>> all = closing.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Carrier, CloseCode> one = all.next();
            Carrier carrier = one.getKey();
            CloseCode code = one.getValue();
            all.remove();
            guarded(() -> carrier.close(code)); // which lets go out what was queued
        }
        for (Iterator<Carrier> all = waiting.iterator(); all.hasNext(); ) {
            Carrier carrier = all.next();
            all.remove();
            guarded(carrier::flush);
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            counters.count(SignalingCounter.FAULTS);
            fault(e);
        }
    }

    /** With the next flush, as what was said: who sees the close finds counted all that led to it. */
    @Override
    public void close(Connection connection, CloseCode code) {
        closing.put((Carrier) connection.attachment(), code);
    }

    @Override
    public void count(SignalingCounter counter) {
        counters.count(counter);
    }

    @Override
    public void note(SignalingEvent event) {
        boolean isOfRoomAlone = event.peer().isEmpty();
        LoggingEventBuilder line = LOG.atLevel(isOfRoomAlone ? Level.DEBUG : Level.INFO);
        if (!isOfRoomAlone) {
            line = line.addKeyValue("peer", event.peer());
        }
        if (!event.room().isEmpty()) {
            line = line.addKeyValue("room", LogText.of(event.room()));
        }
        line.log(sentence(event.kind()));
        events.accept(event);
    }

    private static String sentence(SignalingEvent.Kind kind) {
        return switch (kind) {
            case SESSION_STARTED -> "session started";
            case SESSION_RESUMED -> "session resumed";
            case SESSION_LOST -> "session lost its connection";
            case SESSION_ENDED -> "session ended";
            case PEER_JOINED -> "peer joined a room";
            case PEER_LEFT -> "peer left a room";
            case ROOM_OPENED -> "room opened";
            case ROOM_CLOSED -> "room closed";
        };
    }

    @Override
    public void fault(RuntimeException exception) {
        LOG.atError().setCause(exception).log("a signaling input failed and is lost");
    }
}
