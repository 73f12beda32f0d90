package dev.postern.natsim.server;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** TCP ports of virtual hosts at which Binding requests are answered (RFC 8489 section 6.2.2). */
final class BindingStreams {

    /** More than any request that is answered. */
    private static final int MAX_FRAME_BYTES = 2048;

    /** What is told of a frame. */
    interface Frames {
        void onFrame(FiveTuple path, ByteBuffer frame);
    }

    private final Frames frames;
    private final Map<FiveTuple, TcpConnection> open = new HashMap<>();

    BindingStreams(Frames frames) {
        this.frames = frames;
    }

    void listen(Host host, int port) {
        TransportAddress here = TransportAddress.of(host.ip(), port);
        host.listen(port, connection -> {
            FiveTuple path = new FiveTuple(TransportProtocol.TCP, connection.remote(), here);
            open.put(path, connection);
            return new Client(path);
        });
    }

    void reply(FiveTuple path, ByteBuffer response) {
        TcpConnection connection = open.get(path);
        if (connection != null) {
            connection.send(response);
        }
    }

    /** One connection: it cuts what comes into messages, and ends at the first that is none. */
    private final class Client implements TcpHandler {

        private final FiveTuple path;
        private final ByteBuffer received = ByteBuffer.allocate(MAX_FRAME_BYTES);

        Client(FiveTuple path) {
            this.path = path;
        }

        @Override
        public void onData(TcpConnection connection, ByteBuffer data) {
            if (data.remaining() > received.remaining()) {
                connection.abort();
                return;
            }
            received.put(data).flip();
            int length = StreamFraming.frameLength(received, MAX_FRAME_BYTES);
            while (length > 0) {
                frames.onFrame(path, received.slice(received.position(), length));
                received.position(received.position() + length);
                length = StreamFraming.frameLength(received, MAX_FRAME_BYTES);
            }
            received.compact();
            if (length == StreamFraming.INVALID) {
                connection.abort();
            }
        }

        @Override
        public void onClosed(TcpConnection connection, TcpEnd end) {
            open.remove(path, connection);
        }
    }
}
