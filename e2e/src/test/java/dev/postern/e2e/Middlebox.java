package dev.postern.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP proxy of the kind that stands in offices, between a browser and a TCP port on loopback: it refuses WebSockets, and the
 * thorough sort gives nothing back of a response that does not end, such as an event stream. Only what it does to those is real; it
 * looks for words in what passes.
 */
public final class Middlebox implements AutoCloseable {

    private static final int BACKLOG = 50;
    private static final int BUFFER_BYTES = 16_384;
    private static final byte[] REFUSAL = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket end;
    private final int target;
    private final boolean holdsEvents;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();

    private Middlebox(ServerSocket end, int target, boolean holdsEvents) {
        this.end = end;
        this.target = target;
        this.holdsEvents = holdsEvents;
    }

    /** One that refuses WebSockets. */
    public static Middlebox refusingWebSockets(int target) {
        return start(target, false);
    }

    /** One that refuses WebSockets and holds event streams back. */
    public static Middlebox holdingEventsToo(int target) {
        return start(target, true);
    }

    private static Middlebox start(int target, boolean holdsEvents) {
        try {
            Middlebox box =
                    new Middlebox(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), target, holdsEvents);
            daemon(box::accept);
            return box;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the pages are, seen through it. */
    public URI origin() {
        return URI.create("http://127.0.0.1:" + end.getLocalPort());
    }

    /** How many WebSockets it has refused. */
    public int refused() {
        return refused.get();
    }

    /** How many event streams it has held back. */
    public int held() {
        return held.get();
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
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                AtomicBoolean isHeld = new AtomicBoolean();
                open.add(near);
                open.add(far);
                daemon(() -> pump(near, far, (words, back) -> passes(words, back, near, isHeld)));
                daemon(() -> pump(far, near, (words, back) -> !isHeld.get()));
            } catch (IOException e) {
                // it was closed, or one connection was lost before it stood
            }
        }
    }

    /** Whether what a client sent goes on. */
    private boolean passes(String words, Runnable stop, Socket near, AtomicBoolean isHeld) {
        if (words.contains("upgrade: websocket")) {
            refused.incrementAndGet();
            try {
                near.getOutputStream().write(REFUSAL);
            } catch (IOException e) {
                // the client did not wait for it
            }
            stop.run();
            return false;
        }
        if (holdsEvents && words.contains("accept: text/event-stream")) {
            held.incrementAndGet();
            isHeld.set(true);
        }
        return true;
    }

    /** What is done with a part of what passes; {@code stop} ends the connection. */
    private interface Judge {

        boolean passes(String words, Runnable stop);
    }

    private void pump(Socket from, Socket to, Judge judge) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            AtomicBoolean stopped = new AtomicBoolean();
            for (int read = in.read(buffer); read >= 0 && !stopped.get(); read = in.read(buffer)) {
                String words = new String(buffer, 0, read, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
                if (judge.passes(words, () -> stopped.set(true))) {
                    out.write(buffer, 0, read);
                }
                if (stopped.get()) {
                    return;
                }
            }
        } catch (IOException e) {
            // the end of a connection is its end on both sides
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "middlebox");
        thread.setDaemon(true);
        thread.start();
    }
}
