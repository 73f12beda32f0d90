package dev.postern.conformance.net;

import dev.postern.conformance.ListeningPeer;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A peer on this machine that takes and opens TCP connections. */
final class TcpPeer implements ListeningPeer {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int CONNECT_ATTEMPTS = 3;
    private static final Duration CONNECT_PAUSE = Duration.ofMillis(100);
    private static final int BACKLOG = 16;

    private final ServerSocket listener;
    private final TransportAddress local;
    private final List<TcpPeerConnection> connections = new ArrayList<>();

    TcpPeer(InetAddress address) throws IOException {
        this.listener = new ServerSocket(0, BACKLOG, address);
        this.local = TransportAddress.of(IpAddress.of(address), listener.getLocalPort());
    }

    @Override
    public TransportAddress local() {
        return local;
    }

    @Override
    public @Nullable PeerConnection accept(Duration wait) {
        try {
            listener.setSoTimeout(SocketWorld.millis(wait.toNanos()));
            return kept(listener.accept());
        } catch (SocketTimeoutException nothing) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public @Nullable PeerConnection connect(TransportAddress relayed) {
        for (int i = 0; i < CONNECT_ATTEMPTS; i++) {
            PeerConnection connection = connectOnce(relayed);
            if (connection != null) {
                return connection;
            }
            LockSupport.parkNanos(CONNECT_PAUSE.toNanos()); // a server may begin to listen a moment after its answer
        }
        return null;
    }

    private @Nullable PeerConnection connectOnce(TransportAddress relayed) {
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(listener.getInetAddress(), 0));
            socket.connect(relayed.toSocketAddress(), CONNECT_MILLIS);
            return kept(socket);
        } catch (IOException refused) {
            closeQuietly(socket);
            return null;
        }
    }

    private PeerConnection kept(Socket socket) {
        TcpPeerConnection connection = new TcpPeerConnection(new TcpStream(socket));
        connections.add(connection);
        return connection;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the connections too. */
    void closeAll() {
        close();
        connections.forEach(TcpPeerConnection::close);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One connection. */
    private record TcpPeerConnection(TcpStream stream) implements PeerConnection {

        @Override
        public TransportAddress local() {
            return TransportAddress.of((InetSocketAddress) stream.socket().getLocalSocketAddress());
        }

        @Override
        public TransportAddress remote() {
            return TransportAddress.of((InetSocketAddress) stream.socket().getRemoteSocketAddress());
        }

        @Override
        public void send(ByteBuffer bytes) {
            stream.send(bytes);
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
}
