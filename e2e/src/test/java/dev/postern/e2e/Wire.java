package dev.postern.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A piece of cable between a browser and a TCP port on loopback that a test can cut: every connection is reset, as when a phone
 * changes networks, and new ones are turned away until it is mended.
 */
public final class Wire implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocket end;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    private Wire(ServerSocket end, int target) {
        this.end = end;
        this.target = target;
    }

    /** A wire whose own {@link #port} leads to this port of loopback. */
    public static Wire to(int target) {
        try {
            Wire wire = new Wire(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), target);
            daemon(wire::accept, "wire");
            return wire;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return end.getLocalPort();
    }

    /** Resets every connection; until {@link #mend} a new one is reset at once. */
    public void cut() {
        cut = true;
        open.forEach(Wire::loseOnClose); // all before the first close: the pumps close the other ends at once
        open.forEach(Wire::reset);
        open.clear();
    }

    public void mend() {
        cut = false;
    }

    @Override
    public void close() throws IOException {
        end.close();
        open.forEach(Wire::reset);
    }

    private void accept() {
        while (!end.isClosed()) {
            try {
                join(end.accept());
            } catch (IOException e) {
                // the wire was closed, or one connection was lost before it stood: the browser sees the same
            }
        }
    }

    private void join(Socket near) throws IOException {
        if (cut) {
            reset(near);
            return;
        }
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            reset(near);
            throw e;
        }
        open.add(near);
        open.add(far);
        daemon(() -> pump(near, far), "wire out");
        daemon(() -> pump(far, near), "wire back");
        if (cut) {
            cut();
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // the end of a connection is its end on both sides
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            loseOnClose(socket);
        } catch (IOException e) {
            // it was closed already
        }
    }

    private static void loseOnClose(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // it was closed already
        }
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
