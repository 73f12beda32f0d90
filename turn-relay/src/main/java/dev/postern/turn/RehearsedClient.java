package dev.postern.turn;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** One client of a {@link Rehearsal}: a socket, the requests, and the answers that it waits for. One owner thread. */
final class RehearsedClient implements AutoCloseable {

    private static final long UDP = 17L << 24;
    private static final int CHANNEL = ChannelData.MIN_NUMBER;
    private static final int PAYLOAD_BYTES = 172; // 20 ms of voice
    private static final int LONGEST_MESSAGE = 1024;

    /**
     * Whom the client says it is.
     *
     * @param algorithm SHA-256 answers the offer of password algorithms, as browsers do; MD5 passes it over, as old clients do
     */
    record User(String name, String realm, PasswordAlgorithm algorithm, LongTermKey key) {

        static User of(String name, String realm, String password, PasswordAlgorithm algorithm) {
            return new User(name, realm, algorithm, LongTermKey.of(algorithm, name, realm, password));
        }
    }

    private final User user;
    private final InetSocketAddress server;
    private LoopbackSocket socket = new LoopbackSocket();
    private final StunEncoder encoder = new StunEncoder();
    private final StunMessage answer = new StunMessage();
    private final Integrity integrity = new Integrity();
    private final SplittableRandom random = new SplittableRandom();
    private final ByteBuffer out = ByteBuffer.allocateDirect(LONGEST_MESSAGE);
    private final ByteBuffer in = ByteBuffer.allocateDirect(LONGEST_MESSAGE);
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private ByteBuffer offered = ByteBuffer.allocate(0);

    RehearsedClient(User user, InetSocketAddress server) throws IOException {
        this.user = user;
        this.server = server;
    }

    /** Comes from another port from now on, as the next caller would. What was not received until now is lost. */
    void comeAnew() throws IOException {
        LoopbackSocket fresh = new LoopbackSocket();
        socket.close();
        socket = fresh;
    }

    void askForBinding() throws IOException {
        send(begin(Method.BINDING).fingerprint());
    }

    void askForNonce() throws IOException {
        send(begin(Method.ALLOCATE));
    }

    void allocate() throws IOException {
        send(signed(begin(Method.ALLOCATE).u32(AttributeType.REQUESTED_TRANSPORT, UDP)));
    }

    void permit(TransportAddress peer) throws IOException {
        send(signed(begin(Method.CREATE_PERMISSION).xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)));
    }

    void bindChannel(TransportAddress peer) throws IOException {
        send(signed(begin(Method.CHANNEL_BIND)
                .u32(AttributeType.CHANNEL_NUMBER, (long) CHANNEL << Short.SIZE)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)));
    }

    void refresh(long lifetimeSeconds) throws IOException {
        send(signed(begin(Method.REFRESH).u32(AttributeType.LIFETIME, lifetimeSeconds)));
    }

    void sendOnChannel() throws IOException {
        out.clear();
        ChannelData.putHeader(out, 0, CHANNEL, PAYLOAD_BYTES);
        socket.send(out.limit(ChannelData.HEADER_BYTES + PAYLOAD_BYTES), server);
    }

    void sendTo(TransportAddress peer) throws IOException {
        encoder.begin(out.clear(), MessageClass.INDICATION, Method.SEND, nextId())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer)
                .bytes(AttributeType.DATA, in.clear().limit(PAYLOAD_BYTES));
        send(encoder);
    }

    private StunEncoder begin(Method method) {
        return encoder.begin(out.clear(), MessageClass.REQUEST, method, nextId());
    }

    private TransactionId nextId() {
        return TransactionId.of(random.nextInt(), random.nextLong());
    }

    private StunEncoder signed(StunEncoder request) {
        request.text(AttributeType.USERNAME, user.name)
                .text(AttributeType.REALM, user.realm)
                .bytes(AttributeType.NONCE, nonce.duplicate());
        if (user.algorithm == PasswordAlgorithm.SHA_256) {
            request.bytes(AttributeType.PASSWORD_ALGORITHMS, offered.duplicate())
                    .u32(AttributeType.PASSWORD_ALGORITHM, (long) PasswordAlgorithm.SHA_256.code() << Short.SIZE);
            integrity.sign(request, IntegrityAlgorithm.SHA256, user.key);
        } else {
            integrity.sign(request, IntegrityAlgorithm.SHA1, user.key);
        }
        return request.fingerprint();
    }

    private void send(StunEncoder message) throws IOException {
        socket.send(message.finish(), server);
    }

    /** Waits for the next message from the relay, and keeps the nonce if it brings one; whether it came in time. */
    boolean hears(long timeoutMillis) throws IOException {
        if (socket.receive(in, timeoutMillis) == null) {
            return false;
        }
        if (answer.decode(in) != DecodeResult.OK) {
            return true; // ChannelData
        }
        int nonceAt = answer.indexOf(AttributeType.NONCE);
        int offeredAt = answer.indexOf(AttributeType.PASSWORD_ALGORITHMS);
        if (nonceAt >= 0 && offeredAt >= 0) {
            nonce = copy(nonceAt);
            offered = copy(offeredAt);
        }
        return true;
    }

    private ByteBuffer copy(int index) {
        ByteBuffer copy = ByteBuffer.allocate(answer.valueLength(index));
        return copy.put(0, answer.buffer(), answer.valueOffset(index), copy.capacity());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
