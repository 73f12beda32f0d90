package dev.postern.peer.model;

import dev.postern.peer.model.ChaosPlan.Fate;
import dev.postern.peer.model.ChaosPlan.Flow;
import dev.postern.peer.model.ChaosPlan.Way;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** One TCP connection through the proxy: two sockets, and a thread for each direction that does what its flow says. */
final class ChaosWire {

    private static final int BUFFER_BYTES = 16_384;
    private static final long JOIN_MILLIS = 5_000;

    private final Socket client;
    private final Socket server;
    private final Map<Way, Flow> flows;
    private final Map<Way, ChaosGate> gates = new EnumMap<>(Map.of(Way.UP, new ChaosGate(), Way.DOWN, new ChaosGate()));
    private final Map<Way, Thread> threads = new EnumMap<>(Way.class);
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    /** Whether the wire is cut: nothing passes any more, whatever the sides know of it. */
    private volatile boolean isCut;

    ChaosWire(Socket client, Socket server, Map<Way, Flow> flows) {
        this.client = client;
        this.server = server;
        this.flows = flows;
    }

    void start() {
        for (Way way : Way.values()) {
            Thread thread = new Thread(() -> pump(way), "chaos-" + way);
            thread.setDaemon(true);
            threads.put(way, thread);
            thread.start();
        }
    }

    ChaosGate gate(Way way) {
        return Objects.requireNonNull(gates.get(way));
    }

    /** Whether it still carries something. */
    boolean isOpen() {
        return !isCut && !client.isClosed() && !server.isClosed();
    }

    /** What the client has said over it. */
    byte[] recording() {
        synchronized (said) {
            return said.toByteArray();
        }
    }

    /** Cuts it; who does not notice believes that the other is silent. */
    void cut(boolean serverNotices, boolean clientNotices) {
        isCut = true;
        gates.values().forEach(ChaosGate::open);
        if (serverNotices) {
            reset(server);
        }
        if (clientNotices) {
            reset(client);
        }
    }

    /** Ends it for both, and its threads. */
    void end() {
        cut(true, true);
        try {
            for (Thread thread : threads.values()) {
                thread.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(Way way) {
        Socket from = way == Way.UP ? client : server;
        Socket to = way == Way.UP ? server : client;
        try {
            pass(way, from, to);
            if (!isCut) {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            if (!isCut) {
                reset(to);
                reset(from);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(Way way, Socket from, Socket to) throws IOException, InterruptedException {
        Flow flow = Objects.requireNonNull(flows.get(way));
        byte[] buffer = new byte[BUFFER_BYTES];
        long passed = 0;
        boolean isSwallowing = false;
        for (int count = from.getInputStream().read(buffer);
                count >= 0;
                count = from.getInputStream().read(buffer)) {
            record(way, buffer, count);
            for (int at = 0; at < count && !isSwallowing; ) {
                int part = flow.part(passed, count - at);
                gate(way).pass(flow.delayMillis());
                if (part == 0) {
                    meet(flow.fate(), to);
                    isSwallowing = true;
                } else if (!isCut) {
                    to.getOutputStream().write(buffer, at, part);
                }
                at += part;
                passed += part;
            }
        }
    }

    private void record(Way way, byte[] buffer, int count) {
        if (way == Way.UP) {
            synchronized (said) {
                said.writeBytes(Arrays.copyOf(buffer, count));
            }
        }
    }

    private void meet(Fate fate, Socket to) throws IOException {
        switch (fate) {
            case NONE, SWALLOW -> {
                // What comes is thrown away.
            }
            case RESET -> cut(true, true);
            case CLOSE -> {
                isCut = true;
                client.close();
                server.close();
            }
            case HALF_CLOSE -> to.shutdownOutput();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already, which is what was wanted.
        }
    }
}
