package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.IntegrityAlgorithm;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not TURN, or not of a server without RFC 6062: dropped and counted, and other clients do not notice. */
class BadInputTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");

    private final VirtualServer server = new VirtualServer();
    private final VirtualClient client = server.client(40_000);

    @Test
    void emptyDatagramIsDropped() {
        assertThat(client.exchange(ByteBuffer.allocate(0))).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NOT_TURN)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 63, 80, 128, 191, 255})
    void otherProtocolsFirstBytesAreDropped(int first) {
        assertThat(client.exchange(ByteBuffer.wrap(new byte[] {(byte) first, 1, 2, 3})))
                .isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_NOT_TURN)).isEqualTo(1);
    }

    @Test
    void requestWithWrongFingerprintIsDropped() {
        ByteBuffer request = TurnRequest.of(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> {},
                null,
                IntegrityAlgorithm.SHA1,
                StunEncoder::fingerprint);
        request.put(request.limit() - 1, (byte) ~request.get(request.limit() - 1));

        assertThat(client.exchange(request)).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_MALFORMED)).isEqualTo(1);
    }

    /** A server without RFC 6062 does not know its methods, and RFC 8489 section 6.3 discards what is not known. */
    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"CONNECT", "CONNECTION_BIND", "CONNECTION_ATTEMPT", "SEND", "DATA"})
    void rfc6062_101_107_requestOfAMethodThatIsNotOfferedIsDiscarded(Method method) {
        client.allocated();

        assertThat(client.exchange(client.signed(
                        method,
                        TurnRequest.newId(),
                        encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER))))
                .isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_UNKNOWN_METHOD)).isEqualTo(1);
    }

    @Test
    void rfc8489_009_unknownMethodIsDiscarded() {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        ByteBuffer request = new StunEncoder()
                .begin(buffer, MessageClass.REQUEST, 0x0FF, TurnRequest.newId())
                .finish();

        assertThat(client.exchange(request)).isEmpty();
        assertThat(server.count(TurnCounter.DROPPED_UNKNOWN_METHOD)).isEqualTo(1);
    }

    /** S28: mutated, truncated and random bytes, while another client's call goes on. */
    @Test
    void s28_noGarbageThrowsOrDisturbsAnotherClient() {
        VirtualClient caller = server.client(40_001);
        TransportAddress relayed = caller.allocated();
        caller.bind(0x4000, PEER);
        client.allocated();
        Random random = new Random(28);
        ByteBuffer[] seeds = {
            client.signed(
                    Method.ALLOCATE,
                    TurnRequest.newId(),
                    encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP)
                            .u8(AttributeType.EVEN_PORT, 0x80)),
            client.signed(Method.REFRESH, TurnRequest.newId(), encoder -> encoder.u32(AttributeType.LIFETIME, 600)),
            client.signed(
                    Method.CREATE_PERMISSION,
                    TurnRequest.newId(),
                    encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)),
            TurnRequest.indication(
                    Method.SEND,
                    encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, PEER)
                            .bytes(AttributeType.DATA, new byte[33])),
            ByteBuffer.wrap(new byte[] {0x40, 0, 0, 2, 1, 2})
        };
        for (int i = 0; i < 200_000; i++) {
            ByteBuffer mutant = mutate(seeds[random.nextInt(seeds.length)], random);
            server.engine.onClientData(server.now, client.path, mutant);
            server.settle();
            server.output.toClients.clear();
        }
        server.takeToPeers();
        caller.channelData(0x4000, new byte[] {1});
        server.peerSends(PEER, relayed, new byte[] {2});
        assertThat(server.takeToPeers()).hasSize(1);
        assertThat(caller.received()).hasSize(1);
    }

    private static ByteBuffer mutate(ByteBuffer seed, Random random) {
        byte[] bytes = new byte[seed.remaining()];
        seed.get(seed.position(), bytes);
        for (int flips = random.nextInt(4); flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
