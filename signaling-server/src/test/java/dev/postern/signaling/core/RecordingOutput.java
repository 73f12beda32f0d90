package dev.postern.signaling.core;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what the hub puts out, by connection. Strict: it fails on anything sent to a connection after its close, on a
 * close without a {@code bye} before it, and, unless {@link #allowFaults}, on a fault.
 */
final class RecordingOutput implements HubOutput {

    private final Map<Connection, List<ServerMessage>> sent = new HashMap<>();
    private final Map<Connection, CloseCode> closed = new HashMap<>();
    private final Map<SignalingCounter, Integer> counts = new EnumMap<>(SignalingCounter.class);
    private final List<SignalingEvent> events = new ArrayList<>();
    private boolean faultsAllowed;

    /** Lets faults be counted and no more. */
    void allowFaults() {
        faultsAllowed = true;
    }

    @Override
    public void send(Connection to, ServerMessage message) {
        if (closed.containsKey(to)) {
            throw new AssertionError("sent after the close: " + message);
        }
        sent.computeIfAbsent(to, key -> new ArrayList<>()).add(message);
    }

    @Override
    public void close(Connection connection, CloseCode code) {
        List<ServerMessage> messages = sent.getOrDefault(connection, List.of());
        boolean saidBye = !messages.isEmpty()
                && messages.get(messages.size() - 1) instanceof ServerMessage.Bye bye
                && bye.code() == code.number();
        if (!saidBye || closed.put(connection, code) != null) {
            throw new AssertionError("a close with " + code + " needs its bye, and comes once");
        }
    }

    @Override
    public void count(SignalingCounter counter) {
        counts.merge(counter, 1, Integer::sum);
    }

    @Override
    public void note(SignalingEvent event) {
        events.add(event);
    }

    /** What was told of sessions and rooms since this was last asked. */
    List<SignalingEvent> takeEvents() {
        List<SignalingEvent> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    @Override
    public void fault(RuntimeException exception) {
        if (!faultsAllowed) {
            throw new AssertionError("a fault", exception);
        }
    }

    /** What this connection was sent since this was last asked. */
    List<ServerMessage> take(Connection connection) {
        List<ServerMessage> messages = sent.remove(connection);
        return messages == null ? List.of() : messages;
    }

    /** The latest that this connection was sent, which is then no longer there; what came before stays. */
    ServerMessage takeLatest(Connection connection) {
        List<ServerMessage> messages = sent.getOrDefault(connection, List.of());
        if (messages.isEmpty()) {
            throw new AssertionError("nothing was sent");
        }
        return messages.remove(messages.size() - 1);
    }

    /** How this connection was closed; null if it was not. */
    @Nullable
    CloseCode closeOf(Connection connection) {
        return closed.get(connection);
    }

    int counted(SignalingCounter counter) {
        return counts.getOrDefault(counter, 0);
    }
}
