package dev.postern.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer of TCP connections that remembers nothing of a client: the next one goes to the next port that answers. It does not ask
 * whether a server is ready.
 */
final class RoundRobin implements AutoCloseable {

    private static final int BACKLOG = 128;
    private static final int CONNECT_MILLIS = 500;

    private final ServerSocket end;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile List<Integer> ports = List.of();
    private int turn;

    private RoundRobin(ServerSocket end) {
        this.end = end;
    }

    static RoundRobin start() {
        try {
            RoundRobin started = new RoundRobin(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
            daemon(started::accept);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where connections go from now on; those that are there stay. */
    void to(List<Integer> targets) {
        ports = List.copyOf(targets);
    }

    URI socket() {
        return URI.create("ws://127.0.0.1:" + end.getLocalPort() + "/signal/v1/ws");
    }

    @Override
    public void close() throws IOException {
        end.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!end.isClosed()) {
            try {
                Socket near = end.accept();
                near.setTcpNoDelay(true);
                Socket far = next();
                if (far == null) {
                    near.close();
                    continue;
                }
                open.add(near);
                open.add(far);
                daemon(() -> pump(near, far));
                daemon(() -> pump(far, near));
            } catch (IOException e) {
                // it was closed, or one connection was lost before it stood
            }
        }
    }

    private @Nullable Socket next() {
        List<Integer> now = ports;
        for (int i = 0; i < now.size(); i++) {
            Socket far = new Socket();
            try {
                far.setTcpNoDelay(true);
                int port = now.get(Math.floorMod(turn++, now.size()));
                far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
                return far;
            } catch (IOException e) {
                // nobody there: the next one
            }
        }
        return null;
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the end of a connection is its end on both sides
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "round-robin");
        thread.setDaemon(true);
        thread.start();
    }
}
