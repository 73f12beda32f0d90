package dev.postern.conformance.net;

import dev.postern.conformance.Arrival;
import dev.postern.conformance.Wire;
import dev.postern.stun.IpAddress;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client over TCP or TLS. */
final class StreamWire implements Wire {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_FRAME_BYTES = 70_000;

    private final TransportProtocol protocol;
    private final TransportAddress server;
    private final TcpStream stream;

    private StreamWire(TransportProtocol protocol, TransportAddress server, Socket socket) {
        this.protocol = protocol;
        this.server = server;
        this.stream = new TcpStream(socket);
    }

    /** Connects, and for TLS shakes hands without a look at the certificate: the kit asks about the protocol, not about trust. */
    static StreamWire open(TransportProtocol protocol, TransportAddress server, String name) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(server.toSocketAddress(), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            if (!protocol.isSecure()) {
                return new StreamWire(protocol, server, socket);
            }
            SSLSocket secure = (SSLSocket)
                    AnyCertificate.context().getSocketFactory().createSocket(socket, name, server.port(), true);
            secure.setSoTimeout(CONNECT_MILLIS);
            secure.startHandshake();
            return new StreamWire(protocol, server, secure);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public TransportProtocol protocol() {
        return protocol;
    }

    @Override
    public TransportAddress local() {
        return TransportAddress.of(
                IpAddress.of(stream.socket().getLocalAddress()), stream.socket().getLocalPort());
    }

    @Override
    public TransportAddress server() {
        return server;
    }

    @Override
    public boolean seenAsIs() {
        return SocketWorld.isNear(stream.socket().getLocalAddress(), server);
    }

    @Override
    public void send(ByteBuffer bytes) {
        stream.send(bytes);
    }

    @Override
    public void sendTo(TransportAddress address, ByteBuffer bytes) {
        throw new UnsupportedOperationException("a stream goes to one address");
    }

    @Override
    public @Nullable Arrival receive(Duration wait) {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            int length = StreamFraming.frameLength(stream.unread(), MAX_FRAME_BYTES);
            if (length == StreamFraming.INVALID) {
                return taken(stream.unread().remaining());
            }
            if (length > 0) {
                return taken(length);
            }
            if (stream.ended() || deadline - System.nanoTime() <= 0) {
                return null;
            }
            stream.readMore(deadline);
        }
    }

    private Arrival taken(int length) {
        return new Arrival(server, stream.receiveBytes(length, Duration.ZERO));
    }

    @Override
    public ByteBuffer receiveBytes(int count, Duration wait) {
        return stream.receiveBytes(count, wait);
    }

    @Override
    public boolean closesWithin(Duration wait) {
        return stream.closesWithin(wait);
    }

    @Override
    public void close() {
        stream.close();
    }
}
