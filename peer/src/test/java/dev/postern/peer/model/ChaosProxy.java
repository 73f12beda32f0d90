package dev.postern.peer.model;

import dev.postern.peer.model.ChaosPlan.Flow;
import dev.postern.peer.model.ChaosPlan.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Between one client and the server: a TCP port of its own, whose connections meet what the plan has for them. Any thread. */
final class ChaosProxy implements AutoCloseable {

    private static final int NOBODY = 0;
    private static final int REPLAY_PATIENCE_MILLIS = 100;

    private final ChaosPlan plan;
    private final IntSupplier serverPort;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final List<ChaosWire> wires = new ArrayList<>();
    private final List<Thread> replays = new ArrayList<>();
    private volatile boolean isCalm;

    /** @param serverPort where the server is now; {@value #NOBODY} while there is none */
    ChaosProxy(ChaosPlan plan, IntSupplier serverPort) throws IOException {
        this.plan = plan;
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        this.acceptor = new Thread(this::accept, "chaos-acceptor");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    URI socketUri() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/signal/v1/ws");
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/");
    }

    /** The plan of the connections that there were, for a person. */
    String words() {
        synchronized (wires) {
            return plan.words(wires.size());
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // The proxy is closed, or a connection ended as it began.
            }
        }
    }

    private void connect(Socket client) throws IOException {
        int port = serverPort.getAsInt();
        if (port == NOBODY) {
            client.setSoLinger(true, 0);
            client.close();
            return;
        }
        Socket server;
        try {
            client.setTcpNoDelay(true);
            server = new Socket(InetAddress.getLoopbackAddress(), port);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            client.close();
            throw e;
        }
        synchronized (wires) {
            Map<Way, Flow> flows = new EnumMap<>(Way.class);
            for (Way way : Way.values()) {
                flows.put(way, isCalm ? Flow.CALM : plan.flow(wires.size(), way));
            }
            ChaosWire wire = new ChaosWire(client, server, flows);
            wires.add(wire);
            wire.start();
        }
    }

    /** The latest connection, if it still carries something. */
    @Nullable
    ChaosWire latest() {
        synchronized (wires) {
            ChaosWire last = wires.isEmpty() ? null : wires.get(wires.size() - 1);
            return last != null && last.isOpen() ? last : null;
        }
    }

    /** What was said over former connections. */
    List<byte[]> recordings() {
        synchronized (wires) {
            return wires.stream()
                    .limit(Math.max(0, wires.size() - 1))
                    .map(ChaosWire::recording)
                    .toList();
        }
    }

    /** Says again over a connection of its own what was said over a former one, and leaves when nothing is said to it any more. */
    void replay(byte[] recording) {
        Thread thread = new Thread(() -> sayAgain(recording), "chaos-replay");
        thread.setDaemon(true);
        synchronized (wires) {
            replays.add(thread);
        }
        thread.start();
    }

    private void sayAgain(byte[] recording) {
        int port = serverPort.getAsInt();
        if (port == NOBODY) {
            return;
        }
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
            server.setSoTimeout(REPLAY_PATIENCE_MILLIS);
            server.getOutputStream().write(recording);
            while (server.getInputStream().read() >= 0) {
                // Nobody is interested.
            }
        } catch (IOException e) {
            // It has said nothing for long enough, or it does not want to hear it.
        }
    }

    /** Cuts all connections that there are. */
    void resetAll() {
        synchronized (wires) {
            wires.forEach(wire -> wire.cut(true, true));
        }
    }

    /** From now on nothing happens to new connections, and nothing is held up. */
    void calm() {
        isCalm = true;
        synchronized (wires) {
            wires.forEach(wire -> {
                wire.gate(Way.UP).open();
                wire.gate(Way.DOWN).open();
            });
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        await(acceptor);
        List<Thread> ending;
        List<ChaosWire> open;
        synchronized (wires) {
            ending = List.copyOf(replays);
            open = List.copyOf(wires);
        }
        for (ChaosWire wire : open) {
            wire.end();
        }
        ending.forEach(ChaosProxy::await);
    }

    /** Waits for a thread to end; who is interrupted stays so, and goes on. */
    static void await(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
