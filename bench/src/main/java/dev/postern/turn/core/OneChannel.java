package dev.postern.turn.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.auth.Integrity;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.turn.TurnConfig;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** An engine with one allocation and one channel, got as a client gets them, above a shell that keeps the last thing it was given. */
@NullMarked
final class OneChannel implements TurnOutput {

    static final int NUMBER = 0x4000;
    static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    private static final TransportAddress LISTENER = TransportAddress.parse("198.51.100.1:3478");
    private static final TransportAddress CLIENT = TransportAddress.parse("203.0.113.7:5000");
    private static final String REALM = "example.org";
    private static final String USER = "ann";
    private static final String PASSWORD = "secret";
    private static final long UDP = 17L << 24;

    final FiveTuple path = new FiveTuple(TransportProtocol.UDP, CLIENT, LISTENER);
    final TurnEngine engine;
    private final StunEncoder encoder = new StunEncoder();
    private final ByteBuffer answer = ByteBuffer.allocate(2048);
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private @Nullable RelaySocket asked;
    private TransportAddress wanted = LISTENER;
    private long lastId;

    /** What left the engine last. */
    @Nullable
    Object last;

    OneChannel() {
        TurnConfig config = TurnConfig.builder()
                .listen("udp://" + LISTENER)
                .realm(REALM)
                .user(USER, PASSWORD)
                .relayAddress("198.51.100.2")
                .build();
        SharedState shared = new SharedState(
                config,
                List.of(IpAddress.parse("198.51.100.1")),
                InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L)),
                new Random(42));
        shared.listensAt(List.of(LISTENER));
        engine = new TurnEngine(shared, this);
        open();
    }

    private void open() {
        Consumer<StunEncoder> forUdp = request -> request.u32(AttributeType.REQUESTED_TRANSPORT, UDP);
        ask(Method.ALLOCATE, forUdp, false);
        StunMessage refusal = new StunMessage();
        refusal.decode(answer);
        nonce = refusal.slice(refusal.indexOf(AttributeType.NONCE));
        ask(Method.ALLOCATE, forUdp, true);
        engine.onRelayOpened(0, socket(), wanted);
        ask(
                Method.CHANNEL_BIND,
                request -> request.u32(AttributeType.CHANNEL_NUMBER, (long) NUMBER << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER),
                true);
    }

    RelaySocket socket() {
        if (asked == null) {
            throw new IllegalStateException("the engine did not allocate");
        }
        return asked;
    }

    private void ask(Method method, Consumer<StunEncoder> attributes, boolean signed) {
        TransactionId id = TransactionId.of(0, ++lastId);
        encoder.begin(ByteBuffer.allocate(1024), MessageClass.REQUEST, method, id);
        attributes.accept(encoder);
        if (signed) {
            encoder.text(AttributeType.USERNAME, USER)
                    .text(AttributeType.REALM, REALM)
                    .bytes(AttributeType.NONCE, nonce.duplicate());
            LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
            new Integrity().sign(encoder, IntegrityAlgorithm.SHA1, key);
        }
        engine.onClientData(0, path, encoder.finish());
    }

    @Override
    public void toClient(FiveTuple to, ByteBuffer message) {
        last = message;
        if (asked == null) {
            answer.clear().put(message.duplicate()).flip();
        }
    }

    @Override
    public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        last = payload;
    }

    @Override
    public void openRelay(RelaySocket socket, TransportAddress bind) {
        asked = socket;
        wanted = bind;
    }

    @Override
    public void closeRelay(RelaySocket socket) {
        throw new IllegalStateException("the allocation has ended");
    }

    @Override
    public void handOver(int shard, FiveTuple from, ByteBuffer message) {
        throw new IllegalStateException("there is one shard");
    }

    @Override
    public void handOverClose(int shard, FiveTuple from) {
        throw new IllegalStateException("there is one shard");
    }

    @Override
    public void allocationChanged(AllocationChange change) {}
}
