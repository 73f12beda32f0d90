package dev.postern.transport;

import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Speaks no DTLS: the test says who comes and what was decrypted, and sees what would be encrypted. */
final class FakeDtls implements DtlsPorts {

    static final TransportAddress BOUND = TransportAddress.parse("192.0.2.1:5349");

    final Queue<Client> clients = new ConcurrentLinkedQueue<>();
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile @Nullable IOException failure;

    /** What closing a port ends with, after its clients were closed. */
    volatile @Nullable RuntimeException portFailure;

    /** What closing a port waits for at first, by the thread that closes. */
    volatile Runnable onPortClose = () -> {};

    /** The way out of the port that was opened beside UDP. */
    volatile @Nullable Outlet outlet;

    /** What came in there, with who sent it. */
    final Queue<String> fed = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Sessions sessions;

    /** One client; it ends when it is closed, as a port's does. */
    static final class Client implements Wire {

        final Queue<byte[]> sent = new ConcurrentLinkedQueue<>();
        final AtomicInteger closes = new AtomicInteger();
        volatile boolean full;

        /** What closing it ends with in place of its end, though a wire should not throw. */
        volatile @Nullable RuntimeException failure;

        /** What closing it says to the client. */
        volatile Runnable onClose = () -> {};

        volatile @Nullable Session session;

        Session session() {
            return Objects.requireNonNull(session);
        }

        void give(byte... datagram) {
            session().onDatagram(ByteBuffer.wrap(datagram));
        }

        @Override
        public boolean send(ByteBuffer datagram) {
            return !full && sent.add(ToyHandler.bytes(datagram));
        }

        @Override
        public void close() {
            int times = closes.incrementAndGet();
            RuntimeException e = failure;
            if (e != null) {
                throw e;
            }
            if (times == 1) {
                onClose.run();
                session().ended();
            }
        }
    }

    Sessions sessions() {
        return Objects.requireNonNull(sessions);
    }

    /** A client whose cookie was right; null if it is not admitted. */
    @Nullable
    Client come(String address) {
        Client client = new Client();
        Session session = sessions().admit(BOUND, TransportAddress.parse(address), client);
        client.session = session;
        if (session == null) {
            return null;
        }
        clients.add(client);
        return client;
    }

    /** A client whose handshake is done. */
    Client established(String address) {
        Client client = Objects.requireNonNull(come(address));
        client.session().established();
        return client;
    }

    @Override
    public Port open(TransportAddress address, int maxSessions, Sessions given) throws IOException {
        IOException e = failure;
        if (e != null) {
            throw e;
        }
        sessions = given;
        opened.incrementAndGet();
        return new FakePort(BOUND);
    }

    @Override
    public FedPort feed(TransportAddress address, int maxSessions, Sessions given, Outlet way) throws IOException {
        open(address, maxSessions, given);
        outlet = way;
        return new FakePort(address);
    }

    private final class FakePort implements FedPort {

        private final TransportAddress bound;

        FakePort(TransportAddress bound) {
            this.bound = bound;
        }

        @Override
        public TransportAddress address() {
            return bound;
        }

        @Override
        public void onDatagram(TransportAddress client, ByteBuffer datagram) {
            fed.add(client + " " + HexFormat.of().formatHex(ToyHandler.bytes(datagram)));
        }

        @Override
        public void close() {
            onPortClose.run();
            closed.incrementAndGet();
            clients.forEach(Client::close);
            RuntimeException unexpected = portFailure;
            if (unexpected != null) {
                throw unexpected;
            }
        }
    }
}
