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
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.turn.TrafficLimits;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnLimits;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/**
 * An engine with a shell that only opens relays, and signed requests for it that were made before: Allocate, ChannelBind and the
 * Refresh that ends it, of many clients.
 */
@NullMarked
final class Callers implements TurnOutput {

    /** More than answers are kept for, so that a request that comes again is a new one. */
    static final int COUNT = 17_000;

    /** When the first of them may come; before that they fetched their nonces. */
    static final long START_NANOS = 200_000_000_000L;

    private static final long BETWEEN_CHALLENGES_NANOS = 10_000_000;

    private static final String REALM = "example.org";
    private static final String SECRET = "between the bench and its server";
    private static final TransportAddress SERVER = TransportAddress.parse("198.51.100.1:3478");
    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final long UDP = 17L << 24;

    private final TurnEngine engine;
    private final ArrayDeque<RelaySocket> asked = new ArrayDeque<>();
    private final ArrayDeque<TransportAddress> binds = new ArrayDeque<>();
    private final List<FiveTuple> paths = new ArrayList<>();
    private final List<ByteBuffer> allocates = new ArrayList<>();
    private final List<ByteBuffer> channelBinds = new ArrayList<>();
    private final List<ByteBuffer> ends = new ArrayList<>();
    private final StunEncoder encoder = new StunEncoder();
    private final Integrity integrity = new Integrity();
    private final SplittableRandom ids = new SplittableRandom(1);
    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private long toClients;

    /** @param timeLimited whether the users are such of a shared secret, each with a name of its own */
    Callers(boolean timeLimited) {
        TurnConfig.Builder config = TurnConfig.builder()
                .listen("udp://" + SERVER)
                .realm(REALM)
                .relayAddress("198.51.100.2")
                .relayPorts("1024-65535")
                .limits(new TurnLimits(COUNT, COUNT, 256, 256, 8, 256))
                .traffic(new TrafficLimits(0, new Rate(0, 0, 1_000_000), Rate.UNLIMITED, Rate.UNLIMITED, 1));
        if (timeLimited) {
            config.sharedSecret(SECRET);
        } else {
            config.user("alice", "a password");
        }
        SharedState shared =
                new SharedState(config.build(), List.of(SERVER.ip()), InstantSource.system(), new java.util.Random(7));
        shared.listensAt(List.of(SERVER));
        engine = new TurnEngine(shared, this);
        for (int i = 0; i < COUNT; i++) {
            prepare(i, timeLimited);
        }
    }

    private void prepare(int index, boolean timeLimited) {
        IpAddress ip = IpAddress.ofIpv4(0xCB007100 | index >>> 14);
        FiveTuple path = new FiveTuple(TransportProtocol.UDP, TransportAddress.of(ip, 1024 + index), SERVER);
        paths.add(path);
        engine.onClientData(
                index * BETWEEN_CHALLENGES_NANOS,
                path,
                request(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, UDP), "", null));
        String user = timeLimited ? "4000000000:user" + index : "alice";
        String password = timeLimited ? SharedSecretCredentials.password(SECRET, user) : "a password";
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, user, REALM, password);
        allocates.add(request(Method.ALLOCATE, e -> e.u32(AttributeType.REQUESTED_TRANSPORT, UDP), user, key));
        channelBinds.add(request(
                Method.CHANNEL_BIND,
                e -> e.u32(AttributeType.CHANNEL_NUMBER, 0x4000L << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER),
                user,
                key));
        ends.add(request(Method.REFRESH, e -> e.u32(AttributeType.LIFETIME, 0), user, key));
    }

    private ByteBuffer request(
            Method method,
            Consumer<StunEncoder> attributes,
            String user,
            @org.jspecify.annotations.Nullable LongTermKey key) {
        ByteBuffer out = ByteBuffer.allocateDirect(256);
        encoder.begin(out, MessageClass.REQUEST, method, TransactionId.of(ids.nextInt(), ids.nextLong()));
        attributes.accept(encoder);
        if (key != null) {
            encoder.text(AttributeType.USERNAME, user)
                    .text(AttributeType.REALM, REALM)
                    .bytes(AttributeType.NONCE, nonce);
            integrity.sign(encoder, IntegrityAlgorithm.SHA1, key);
        }
        return encoder.finish();
    }

    /** Authenticated Allocate and ChannelBind of a client. */
    long begin(int index, long nowNanos) {
        FiveTuple path = paths.get(index);
        engine.onClientData(nowNanos, path, allocates.get(index));
        open(nowNanos);
        engine.onClientData(nowNanos, path, channelBinds.get(index));
        return toClients;
    }

    /** The Refresh that ends it. */
    long end(int index, long nowNanos) {
        engine.onClientData(nowNanos, paths.get(index), ends.get(index));
        return toClients;
    }

    /** How many live. */
    long live() {
        return engine.count(TurnCounter.ALLOCATIONS_ACTIVE);
    }

    private void open(long nowNanos) {
        while (!asked.isEmpty()) {
            engine.onRelayOpened(nowNanos, asked.remove(), binds.remove());
        }
    }

    @Override
    public void toClient(FiveTuple path, ByteBuffer message) {
        toClients += message.remaining();
        if (allocates.size() < paths.size()) {
            StunMessage challenge = new StunMessage();
            challenge.decode(message);
            int index = challenge.indexOf(AttributeType.NONCE);
            nonce = ByteBuffer.allocate(challenge.valueLength(index));
            nonce.put(0, message, challenge.valueOffset(index), nonce.capacity());
        }
    }

    @Override
    public void toPeer(RelaySocket leg, TransportAddress peer, ByteBuffer payload) {}

    @Override
    public void openRelay(RelaySocket leg, TransportAddress bind) {
        asked.add(leg);
        binds.add(bind);
    }

    @Override
    public void closeRelay(RelaySocket leg) {}

    @Override
    public void handOver(int shard, FiveTuple path, ByteBuffer message) {}

    @Override
    public void handOverClose(int shard, FiveTuple path) {}

    @Override
    public void allocationChanged(AllocationChange change) {}

    @Override
    public void openTcpRelay(RelayLeg leg, TransportAddress bind) {}

    @Override
    public void connectPeer(RelayLeg leg, PeerConnection connection, TransportAddress target) {}

    @Override
    public void closePeer(PeerConnection connection) {}

    @Override
    public void joinStreams(FiveTuple path, PeerConnection connection) {}
}
