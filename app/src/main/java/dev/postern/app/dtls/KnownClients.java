package dev.postern.app.dtls;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.californium.elements.RawData;
import org.eclipse.californium.scandium.ConnectionListener;
import org.eclipse.californium.scandium.dtls.Connection;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.Handshaker;
import org.eclipse.californium.scandium.dtls.InMemoryReadWriteLockConnectionStore;
import org.jspecify.annotations.Nullable;

/**
 * Scandium's table of clients, with our count in front of it: who is not admitted is not put in, and is asked for its cookie
 * again. Scandium puts a client in when its cookie was right, which is the first that is kept of it. Any thread.
 */
final class KnownClients extends InMemoryReadWriteLockConnectionStore {

    private static final long GOODBYE_MILLIS = 1000;

    /** Longer than any session may say nothing: the table never makes room by itself. */
    private static final long STALE_SECONDS = 24 * 60 * 60;

    private final DtlsPorts.Sessions sessions;
    private final Map<ConnectionId, Client> clients = new ConcurrentHashMap<>();
    private volatile @Nullable Sender listener;
    private volatile @Nullable TransportAddress server;

    /** What speaks to the clients. Any thread. */
    interface Sender {

        /** Encrypts and sends in a while; false if it is dropped for want of room. */
        boolean send(Connection connection, ByteBuffer datagram);

        /**
         * Says goodbye in a while where there are keys to say it with.
         *
         * @throws RejectedExecutionException if this client ends at this moment
         */
        void close(InetSocketAddress peer);
    }

    /** One client with what hears of it. */
    private record Client(Connection connection, DtlsPorts.Session session, CompletableFuture<Boolean> gone) {}

    KnownClients(int most, DtlsPorts.Sessions sessions) {
        super(most, STALE_SECONDS, null, false);
        this.sessions = sessions;
    }

    /** Says where the port is bound and what sends there; before the first datagram. */
    void begin(TransportAddress bound, Sender sender) {
        server = bound;
        listener = sender;
    }

    @Override
    public boolean put(Connection connection) {
        InetSocketAddress peer = connection.getPeerAddress();
        TransportAddress bound = server;
        if (peer == null || bound == null) {
            return false;
        }
        Connection before = get(peer);
        DtlsPorts.Session session = sessions.admit(bound, TransportAddress.of(peer), wire(connection));
        if (session == null) {
            return false;
        }
        boolean kept = false;
        try {
            kept = super.put(connection);
        } finally {
            if (!kept) {
                session.ended();
            }
        }
        if (!kept) {
            return false;
        }
        clients.put(connection.getConnectionId(), new Client(connection, session, new CompletableFuture<>()));
        if (before != null) {
            // the same client begins anew, and has shown that it is itself (RFC 6347 section 4.2.8)
            replace(before);
        }
        return true;
    }

    private void replace(Connection before) {
        try {
            before.getExecutor().execute(() -> remove(before, true));
        } catch (RejectedExecutionException e) {
            // it has ended
        }
    }

    private DtlsPorts.Wire wire(Connection connection) {
        return new DtlsPorts.Wire() {
            @Override
            public boolean send(ByteBuffer datagram) {
                Sender sender = listener;
                return sender != null && sender.send(connection, datagram);
            }

            @Override
            public void close() {
                end(connection);
            }
        };
    }

    /** Says goodbye where there are keys to say it with, and forgets the client; it may end by itself meanwhile. */
    private void end(Connection connection) {
        Sender sender = listener;
        InetSocketAddress peer = connection.getPeerAddress();
        Client there = peer == null ? null : clientOf(get(peer));
        try {
            if (sender != null && there != null && there.equals(clientOf(connection))) {
                sender.close(peer);
            }
            connection.getExecutor().execute(() -> forget(connection));
        } catch (RejectedExecutionException e) {
            // it has ended
        }
    }

    private void forget(Connection connection) {
        Handshaker handshaker = connection.getOngoingHandshake();
        if (handshaker != null && !connection.hasEstablishedDtlsContext()) {
            handshaker.handshakeFailed(new IllegalStateException("the handshake was given up"));
        }
        remove(connection, true);
    }

    /** Says goodbye to all, for about a second. */
    void closeAll() {
        var all = new ArrayList<>(clients.values());
        all.forEach(client -> end(client.connection));
        CompletableFuture<?>[] gone = all.stream().map(Client::gone).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(gone)
                .completeOnTimeout(null, GOODBYE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        clients.keySet().forEach(this::gone);
    }

    private void gone(ConnectionId id) {
        Client client = clients.remove(id);
        if (client != null) {
            client.session.ended();
            client.gone.complete(true);
        }
    }

    private @Nullable Client clientOf(@Nullable Connection connection) {
        return connection == null ? null : clients.get(connection.getConnectionId());
    }

    int known() {
        return clients.size();
    }

    /** A datagram was dropped unseen. */
    void overflowed() {
        sessions.overflowed();
    }

    /** What a client has sent, decrypted. */
    void onData(RawData data) {
        Client client = clientOf(get(data.getInetSocketAddress()));
        if (client != null) {
            client.session.onDatagram(ByteBuffer.wrap(data.getBytes()));
        }
    }

    /** What is to be told of the clients. */
    ConnectionListener listener() {
        return new ConnectionListener() {
            @Override
            public void onConnectionEstablished(Connection connection) {
                Client client = clientOf(connection);
                if (client != null) {
                    client.session.established();
                }
            }

            @Override
            public void onConnectionRemoved(Connection connection) {
                gone(connection.getConnectionId());
            }

            @Override
            public boolean onConnectionUpdatesSequenceNumbers(Connection connection, boolean writing) {
                return false;
            }

            /** Anybody can send what does not decrypt: it ends no session. */
            @Override
            public boolean onConnectionMacError(Connection connection) {
                return false;
            }

            @Override
            public void beforeExecution(Connection connection) {
                // nothing is to be prepared
            }

            @Override
            public void updateExecution(Connection connection) {
                // its end alone is of interest
            }

            /** A client that has said goodbye is not kept for a later one. */
            @Override
            public void afterExecution(Connection connection) {
                if (connection.isClosed()) {
                    remove(connection, true);
                }
            }
        };
    }
}
