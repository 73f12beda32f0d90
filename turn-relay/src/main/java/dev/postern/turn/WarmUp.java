package dev.postern.turn;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.DecodeResult;
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
import dev.postern.stunserver.core.BindingEngine;
import dev.postern.stunserver.core.BindingOutput;
import dev.postern.turn.TrafficLimits.Rate;
import dev.postern.turn.core.AllocationChange;
import dev.postern.turn.core.RelaySocket;
import dev.postern.turn.core.SharedState;
import dev.postern.turn.core.TurnEngine;
import dev.postern.turn.core.TurnOutput;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Calls of made-up clients on engines of its own, in memory, so that the JVM has compiled the engines' code before the first real caller
 * comes. It has a configuration, users, ports and quotas of its own and opens no socket: nothing of it is seen by a relay, its
 * counters or its log.
 *
 * <p>Pure and not bounded by itself: who runs it gives the time, and ends after as many {@linkplain #round rounds} as it likes. One owner
 * thread. Not a benchmark, since what it does first is slow by design.
 */
public final class WarmUp {

    private static final String REALM = "warm-up.invalid";
    private static final String SECRET = "nobody needs to know";
    private static final String FIXED_USER = "fixed";
    private static final String TIMED_USER = "4000000000:timed";
    private static final Instant WALL_CLOCK = Instant.ofEpochSecond(2_000_000_000L);
    private static final long UDP = 17L << 24;
    private static final int CHANNEL = ChannelData.MIN_NUMBER;
    private static final int HEADROOM = 64;
    private static final int PAYLOAD_BYTES = 172; // 20 ms of voice
    private static final int PACKETS_PER_ROUND = 8;
    private static final int LONGEST_MESSAGE = 1024;
    private static final int FIRST_CLIENT = 0xC6120000; // 198.18.0.0/15, for benchmarks
    private static final int CLIENTS = 1 << 16;
    private static final int CLIENT_PORT = 50_000;

    /** Of RFC 5737's documentation ranges, as all addresses here, so that no real network is named. */
    private static final TransportAddress SERVER = TransportAddress.parse("192.0.2.1:3478");

    /** A meter as users have one, which never stops this user. */
    private static final Rate MANY_PEERS = new Rate(0, 0, 1_000_000);

    private static final String RELAY_ADDRESS = "192.0.2.2";
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.1:7000");
    private static final TransportAddress OTHER_PEER = TransportAddress.parse("203.0.113.1:7001");

    /** What one shell hears: the engines that tell it, and what they told. */
    private record Lane(Shell shell, TurnEngine engine, BindingEngine bindings) {}

    /*
     * The compiler puts what it has seen called in the place of a call. Had it seen one kind of shell alone, it would throw most of its
     * work away when the real shell came as the second one; having seen three it keeps the call, and what it compiled stays.
     */
    private final List<Lane> lanes;
    private final StunEncoder encoder = new StunEncoder();
    private final Integrity integrity = new Integrity();
    private final SplittableRandom random = new SplittableRandom(1);
    private final ByteBuffer request = ByteBuffer.allocateDirect(LONGEST_MESSAGE);
    private final ByteBuffer packet = ByteBuffer.allocateDirect(HEADROOM + PAYLOAD_BYTES);
    private final LongTermKey fixedKey = LongTermKey.of(PasswordAlgorithm.MD5, FIXED_USER, REALM, SECRET);
    private final LongTermKey timedKey = LongTermKey.of(
            PasswordAlgorithm.SHA_256, TIMED_USER, REALM, SharedSecretCredentials.password(SECRET, TIMED_USER));
    private int rounds;

    /** Engines that have not been called yet. */
    public WarmUp() {
        TurnConfig config = TurnConfig.builder()
                .listen("udp://" + SERVER)
                .realm(REALM)
                .user(FIXED_USER, SECRET)
                .sharedSecret(SECRET)
                .relayAddress(RELAY_ADDRESS)
                .allowPeers(PEER.ip() + "/32")
                .traffic(new TrafficLimits(0, MANY_PEERS, Rate.UNLIMITED, Rate.UNLIMITED, 1))
                .build();
        SharedState shared = new SharedState(config, List.of(SERVER.ip()), () -> WALL_CLOCK, random);
        shared.listensAt(List.of(SERVER));
        lanes = List.of(
                lane(shared, 0, new Shell()), lane(shared, 1, new SecondShell()), lane(shared, 2, new ThirdShell()));
    }

    private static Lane lane(SharedState shared, int number, Shell shell) {
        return new Lane(
                shell,
                new TurnEngine(shared, number, shell),
                new BindingEngine(shell, shared.newSourceLimiter(), null));
    }

    /**
     * One client from its Binding request to the end of its allocation, with some data both ways: less than a millisecond once warm.
     *
     * @param nowNanos by one clock for all rounds
     */
    public void round(long nowNanos) {
        boolean timed = (rounds & 1) == 1;
        IpAddress ip = IpAddress.ofIpv4(FIRST_CLIENT + rounds % CLIENTS);
        Lane lane = lanes.get(rounds % lanes.size());
        rounds++;
        TurnEngine engine = lane.engine;
        FiveTuple path = new FiveTuple(TransportProtocol.UDP, TransportAddress.of(ip, CLIENT_PORT), SERVER);
        lane.bindings.onPacket(
                nowNanos, path, begin(Method.BINDING).fingerprint().finish());
        engine.onClientData(nowNanos, path, begin(Method.ALLOCATE).finish());
        begin(Method.ALLOCATE).u32(AttributeType.REQUESTED_TRANSPORT, UDP);
        engine.onClientData(nowNanos, path, signed(lane.shell, timed));
        RelaySocket relay = lane.shell.open(nowNanos, engine);
        if (relay != null) {
            talk(nowNanos, lane, path, relay, timed);
        }
        begin(Method.REFRESH).u32(AttributeType.LIFETIME, 0);
        engine.onClientData(nowNanos, path, signed(lane.shell, timed));
        engine.onTimeout(nowNanos);
    }

    private void talk(long nowNanos, Lane lane, FiveTuple path, RelaySocket relay, boolean timed) {
        TurnEngine engine = lane.engine;
        begin(Method.CREATE_PERMISSION).xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER);
        engine.onClientData(nowNanos, path, signed(lane.shell, timed));
        begin(Method.CHANNEL_BIND)
                .u32(AttributeType.CHANNEL_NUMBER, (long) CHANNEL << Short.SIZE)
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER);
        engine.onClientData(nowNanos, path, signed(lane.shell, timed));
        for (int i = 0; i < PACKETS_PER_ROUND; i++) {
            packet.clear().position(HEADROOM - ChannelData.HEADER_BYTES);
            ChannelData.putHeader(packet, packet.position(), CHANNEL, PAYLOAD_BYTES);
            engine.onClientData(nowNanos, path, packet);
            engine.onRelayData(nowNanos, relay, PEER, packet.clear().position(HEADROOM));
        }
        encoder.begin(request.clear(), MessageClass.INDICATION, Method.SEND, nextId())
                .xorAddress(AttributeType.XOR_PEER_ADDRESS, OTHER_PEER)
                .bytes(AttributeType.DATA, packet.clear().position(HEADROOM));
        engine.onClientData(nowNanos, path, encoder.finish());
        engine.onRelayData(nowNanos, relay, OTHER_PEER, packet.clear().position(HEADROOM));
        begin(Method.REFRESH).u32(AttributeType.LIFETIME, 600);
        engine.onClientData(nowNanos, path, signed(lane.shell, timed));
    }

    private StunEncoder begin(Method method) {
        return encoder.begin(request.clear(), MessageClass.REQUEST, method, nextId());
    }

    private TransactionId nextId() {
        return TransactionId.of(random.nextInt(), random.nextLong());
    }

    /** Ends the request with the nonce that came last; time-limited users answer the offer of password algorithms, as browsers do. */
    private ByteBuffer signed(Shell shell, boolean timed) {
        encoder.text(AttributeType.USERNAME, timed ? TIMED_USER : FIXED_USER)
                .text(AttributeType.REALM, REALM)
                .bytes(AttributeType.NONCE, shell.nonce.duplicate());
        if (timed) {
            encoder.bytes(AttributeType.PASSWORD_ALGORITHMS, shell.offered.duplicate())
                    .u32(AttributeType.PASSWORD_ALGORITHM, (long) PasswordAlgorithm.SHA_256.code() << Short.SIZE);
            integrity.sign(encoder, IntegrityAlgorithm.SHA256, timedKey);
        } else {
            integrity.sign(encoder, IntegrityAlgorithm.SHA1, fixedKey);
        }
        return encoder.fingerprint().finish();
    }

    /** How often something happened on the engines so far, as {@link TurnRelay#count(TurnCounter)} tells of a real one. */
    public long count(TurnCounter counter) {
        return lanes.stream().mapToLong(lane -> lane.engine.count(counter)).sum();
    }

    /** What the engines have instead of sockets. */
    private static class Shell implements TurnOutput, BindingOutput {

        private final StunMessage answer = new StunMessage();
        private ByteBuffer nonce = ByteBuffer.allocate(0);
        private ByteBuffer offered = ByteBuffer.allocate(0);
        private @Nullable RelaySocket asked;
        private @Nullable TransportAddress bind;

        /** Opens the relay that was asked for, if one was. */
        @Nullable
        RelaySocket open(long nowNanos, TurnEngine engine) {
            RelaySocket socket = asked;
            TransportAddress at = bind;
            asked = null;
            if (socket != null && at != null) {
                engine.onRelayOpened(nowNanos, socket, at);
            }
            return socket;
        }

        @Override
        public void toClient(FiveTuple path, ByteBuffer message) {
            if (answer.decode(message) != DecodeResult.OK) {
                return; // ChannelData
            }
            int nonceAt = answer.indexOf(AttributeType.NONCE);
            int offeredAt = answer.indexOf(AttributeType.PASSWORD_ALGORITHMS);
            if (nonceAt >= 0 && offeredAt >= 0) {
                nonce = copy(nonceAt);
                offered = copy(offeredAt);
            }
        }

        private ByteBuffer copy(int index) {
            ByteBuffer copy = ByteBuffer.allocate(answer.valueLength(index));
            return copy.put(0, answer.buffer(), answer.valueOffset(index), copy.capacity());
        }

        @Override
        public void openRelay(RelaySocket socket, TransportAddress address) {
            asked = socket;
            bind = address;
        }

        @Override
        public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
            payload.position(payload.limit());
        }

        @Override
        public void reply(FiveTuple path, ByteBuffer response) {
            response.position(response.limit());
        }

        @Override
        public void closeRelay(RelaySocket socket) {}

        @Override
        public void handOver(int shard, FiveTuple path, ByteBuffer message) {}

        @Override
        public void handOverClose(int shard, FiveTuple path) {}

        @Override
        public void allocationChanged(AllocationChange change) {}

        @Override
        public void count(Event event) {}

        @Override
        public void malformed(DecodeResult reason) {}
    }

    /** The same as another class. */
    private static final class SecondShell extends Shell {

        @Override
        public void toClient(FiveTuple path, ByteBuffer message) {
            super.toClient(path, message);
        }

        @Override
        public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
            super.toPeer(socket, peer, payload);
        }

        @Override
        public void reply(FiveTuple path, ByteBuffer response) {
            super.reply(path, response);
        }
    }

    /** The same as another class. */
    private static final class ThirdShell extends Shell {

        @Override
        public void toClient(FiveTuple path, ByteBuffer message) {
            super.toClient(path, message);
        }

        @Override
        public void toPeer(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
            super.toPeer(socket, peer, payload);
        }

        @Override
        public void reply(FiveTuple path, ByteBuffer response) {
            super.reply(path, response);
        }
    }
}
