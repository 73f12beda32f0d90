package dev.postern.app.tunnel;

import dev.postern.stun.ChannelData;
import dev.postern.stun.StreamFraming;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One local TCP connection: cuts its bytes into messages for the relay, and pads what comes back as a stream wants it. */
final class StreamTunnel implements Runnable, TunnelLink.Local {

    private static final int LONGEST_FRAME = 65_552;

    private final Socket socket;
    private final Tunnel tunnel;

    StreamTunnel(Socket socket, Tunnel tunnel) {
        this.socket = socket;
        this.tunnel = tunnel;
    }

    /** Reads the client to its end. */
    @Override
    public void run() {
        TunnelLink link = tunnel.link(this);
        try (socket) {
            pump(socket.getInputStream(), link);
        } catch (IOException | CompletionException | CancellationException e) {
            tunnel.note("a client's connection ended", e);
        } finally {
            link.close();
        }
    }

    private static void pump(InputStream in, TunnelLink link) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(2 * LONGEST_FRAME);
        int count = in.read(buffer.array(), 0, LONGEST_FRAME);
        while (count >= 0) {
            buffer.position(buffer.position() + count).flip();
            int size = StreamFraming.frameLength(buffer, LONGEST_FRAME);
            while (size > 0) {
                link.send(copy(buffer, size)).join();
                buffer.position(buffer.position() + size);
                size = StreamFraming.frameLength(buffer, LONGEST_FRAME);
            }
            if (size == StreamFraming.INVALID) {
                throw new IOException("what came is neither STUN nor ChannelData");
            }
            buffer.compact();
            count = in.read(buffer.array(), buffer.position(), Math.min(LONGEST_FRAME, buffer.remaining()));
        }
    }

    /** The message without padding. */
    private static ByteBuffer copy(ByteBuffer frame, int size) {
        int bytes = ChannelData.isFramedAs(frame.get(frame.position()))
                ? ChannelData.HEADER_BYTES + ChannelData.payloadLength(frame)
                : size;
        return ByteBuffer.allocate(bytes)
                .put(frame.slice(frame.position(), bytes))
                .flip();
    }

    @Override
    public void onMessage(ByteBuffer message) {
        try {
            int bytes = message.remaining();
            boolean padded = bytes > 0 && ChannelData.isFramedAs(message.get(0));
            byte[] frame = new byte[padded ? bytes + (-bytes & 3) : bytes];
            message.get(frame, 0, bytes);
            OutputStream out = socket.getOutputStream();
            out.write(frame);
            out.flush();
        } catch (IOException e) {
            onClosed(e);
        }
    }

    @Override
    public void onClosed(@Nullable Throwable failure) {
        try {
            socket.close();
        } catch (IOException e) {
            tunnel.note("a client's connection did not close cleanly", e);
        }
        if (failure != null) {
            tunnel.note("the way to the relay ended", failure);
        }
    }
}
