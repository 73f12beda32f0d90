package dev.postern.app.run;

import dev.postern.app.dtls.DtlsTestClient;
import dev.postern.app.tls.TrustsAll;
import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.transport.ListenAddress;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Random;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Asks a STUN or TURN server and waits for the one answer; a client of its own for each question. */
public final class StunTestClient implements AutoCloseable {

    private static final int MAX_BYTES = 1500;
    private static final int WAIT_MILLIS = (int) Duration.ofSeconds(20).toMillis();
    private static final long UDP_TRANSPORT = 17L << 24;

    private final Random random = new Random();
    private final @Nullable DatagramSocket datagrams;
    private final @Nullable Socket stream;
    private final @Nullable DtlsTestClient dtls;
    private @Nullable Login login;

    /** What signs requests. */
    private record Login(String name, String password, String realm, String nonce) {}

    public StunTestClient(ListenAddress server) throws IOException {
        this(server, SocketFactory.getDefault());
    }

    private StunTestClient(ListenAddress server, SocketFactory streams) throws IOException {
        InetSocketAddress address = server.address().toSocketAddress();
        if (server.scheme().isStream()) {
            stream = streams.createSocket(address.getAddress(), address.getPort());
            stream.setSoTimeout(WAIT_MILLIS);
            datagrams = null;
        } else {
            datagrams = new DatagramSocket();
            datagrams.connect(address);
            datagrams.setSoTimeout(WAIT_MILLIS);
            stream = null;
        }
        dtls = null;
    }

    private StunTestClient(DtlsTestClient session) {
        datagrams = null;
        stream = null;
        dtls = session;
    }

    /** A client that speaks DTLS, asks for {@code localhost} and takes every certificate. */
    static StunTestClient overDtls(ListenAddress server) throws IOException, GeneralSecurityException {
        return new StunTestClient(new DtlsTestClient(server.address(), "localhost"));
    }

    /** A client that speaks TLS and takes every certificate. */
    static StunTestClient overTls(ListenAddress server) throws IOException, GeneralSecurityException {
        return new StunTestClient(server, TrustsAll.context().getSocketFactory());
    }

    /** The answer to a Binding request. */
    public StunMessage bind() throws IOException {
        return ask(begin(Method.BINDING).finish());
    }

    /** The answer to an Allocate request that is signed as the server's 401 wants it. */
    public StunMessage allocate(String username, String password) throws IOException {
        StunMessage refused = ask(begin(Method.ALLOCATE)
                .u32(AttributeType.REQUESTED_TRANSPORT, UDP_TRANSPORT)
                .finish());
        login = new Login(username, password, text(refused, AttributeType.REALM), text(refused, AttributeType.NONCE));
        return ask(signed(begin(Method.ALLOCATE).u32(AttributeType.REQUESTED_TRANSPORT, UDP_TRANSPORT)));
    }

    /** The answer to a ChannelBind request, after {@link #allocate}. */
    StunMessage bindChannel(int number, TransportAddress peer) throws IOException {
        return ask(signed(begin(Method.CHANNEL_BIND)
                .u32(AttributeType.CHANNEL_NUMBER, (long) number << 16)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)));
    }

    /** What comes next after these bytes were sent as they are; not over a stream. */
    ByteBuffer exchange(byte[] bytes) throws IOException {
        return dtls != null ? overDtls(dtls, bytes) : overDatagrams(bytes);
    }

    private ByteBuffer signed(StunEncoder request) {
        Login user = java.util.Objects.requireNonNull(login);
        request.text(AttributeType.USERNAME, user.name)
                .text(AttributeType.REALM, user.realm)
                .text(AttributeType.NONCE, user.nonce);
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, user.name, user.realm, user.password);
        return new Integrity().sign(request, IntegrityAlgorithm.SHA1, key).finish();
    }

    private StunEncoder begin(Method method) {
        TransactionId id = TransactionId.of(random.nextInt(), random.nextLong());
        return new StunEncoder().begin(ByteBuffer.allocate(MAX_BYTES), MessageClass.REQUEST, method, id);
    }

    private StunMessage ask(ByteBuffer request) throws IOException {
        byte[] bytes = new byte[request.remaining()];
        request.get(bytes);
        ByteBuffer answer =
                dtls != null ? overDtls(dtls, bytes) : datagrams == null ? overStream(bytes) : overDatagrams(bytes);
        StunMessage message = new StunMessage();
        DecodeResult result = message.decode(answer);
        if (result != DecodeResult.OK) {
            throw new AssertionError("the answer is " + result);
        }
        return message;
    }

    private static ByteBuffer overDtls(DtlsTestClient session, byte[] request) throws IOException {
        session.send(request);
        return session.next().slice();
    }

    private ByteBuffer overDatagrams(byte[] request) throws IOException {
        DatagramSocket socket = java.util.Objects.requireNonNull(datagrams);
        socket.send(new DatagramPacket(request, request.length));
        DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        socket.receive(answer);
        return ByteBuffer.wrap(answer.getData(), 0, answer.getLength()).slice();
    }

    private ByteBuffer overStream(byte[] request) throws IOException {
        Socket socket = java.util.Objects.requireNonNull(stream);
        socket.getOutputStream().write(request);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] header = in.readNBytes(StunMessage.HEADER_BYTES);
        byte[] body = in.readNBytes(ByteBuffer.wrap(header).getShort(2));
        return ByteBuffer.allocate(header.length + body.length)
                .put(header)
                .put(body)
                .flip();
    }

    /** The subject of the certificate that a server over DTLS has shown. */
    String certificateName() throws IOException {
        return java.util.Objects.requireNonNull(dtls)
                .shown()
                .getSubjectX500Principal()
                .getName();
    }

    static String text(StunMessage message, int type) {
        String text = message.text(message.indexOf(type));
        if (text == null) {
            throw new AssertionError("no " + AttributeType.nameOf(type));
        }
        return text;
    }

    static @Nullable TransportAddress xorAddress(StunMessage message, int type) {
        return message.has(type) ? message.xorAddress(message.indexOf(type)) : null;
    }

    /** The client's own address, as the server should see it. */
    TransportAddress local() {
        if (dtls != null) {
            return dtls.local();
        }
        return TransportAddress.of(
                datagrams == null
                        ? (InetSocketAddress)
                                java.util.Objects.requireNonNull(stream).getLocalSocketAddress()
                        : (InetSocketAddress) datagrams.getLocalSocketAddress());
    }

    @Override
    public void close() throws IOException {
        if (datagrams != null) {
            datagrams.close();
        }
        if (stream != null) {
            stream.close();
        }
        if (dtls != null) {
            dtls.close();
        }
    }
}
