package dev.postern.peer.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A load balancer that knows nothing of sessions: each connection goes to the next server. */
final class RoundRobin implements AutoCloseable {

    private final ServerSocket listener;
    private final List<URI> targets = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();

    RoundRobin() {
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, "round-robin-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** New connections go to these in turn. */
    void use(List<URI> sockets) {
        targets.addAll(sockets);
        targets.retainAll(sockets);
    }

    /** Where clients connect to. */
    URI socket() {
        return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/signal/v1/ws");
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                start("connect", () -> connect(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        open.add(client);
        try {
            List<URI> all = List.copyOf(targets);
            URI target = all.get(Math.floorMod(next.getAndIncrement(), all.size()));
            Socket server = new Socket(target.getHost(), target.getPort());
            open.add(server);
            start("up", () -> pump(client, server));
            pump(server, client);
        } catch (IOException | RuntimeException e) {
            end(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8_192];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                out.write(buffer, 0, length);
            }
        } catch (IOException e) {
            // the other direction ends, too
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(this::end);
    }
}
