package dev.postern.conformance.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A TCP or TLS socket with what came and was not taken yet. What fails after it was open counts as closed. */
final class TcpStream {

    private static final int READ_BYTES = 16_384;

    private final Socket socket;
    private ByteBuffer unread = ByteBuffer.allocate(0);
    private boolean ended;

    TcpStream(Socket socket) {
        this.socket = socket;
    }

    Socket socket() {
        return socket;
    }

    void send(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        try {
            socket.getOutputStream().write(copy);
            socket.getOutputStream().flush();
        } catch (IOException closed) {
            ended = true;
        }
    }

    /** What came and was not taken; take from it by its position. */
    ByteBuffer unread() {
        return unread;
    }

    boolean ended() {
        return ended;
    }

    /** Reads more, once; whether there was any before {@code deadlineNanos}. */
    boolean readMore(long deadlineNanos) {
        if (ended) {
            return false;
        }
        byte[] chunk = new byte[READ_BYTES];
        try {
            socket.setSoTimeout(SocketWorld.millis(deadlineNanos - System.nanoTime()));
            int count = socket.getInputStream().read(chunk);
            if (count < 0) {
                ended = true;
                return false;
            }
            ByteBuffer all = ByteBuffer.allocate(unread.remaining() + count);
            unread = all.put(unread).put(chunk, 0, count).flip();
            return true;
        } catch (SocketTimeoutException nothing) {
            return false;
        } catch (IOException closed) {
            ended = true;
            return false;
        }
    }

    ByteBuffer receiveBytes(int count, Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (unread.remaining() < count && deadline - System.nanoTime() > 0 && !ended) {
            readMore(deadline);
        }
        int take = Math.min(count, unread.remaining());
        ByteBuffer taken = ByteBuffer.allocate(take);
        taken.put(unread.slice(unread.position(), take)).flip();
        unread.position(unread.position() + take);
        return taken;
    }

    boolean closesWithin(Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (!ended && deadline - System.nanoTime() > 0) {
            readMore(deadline);
        }
        return ended;
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            ended = true;
        }
    }
}
