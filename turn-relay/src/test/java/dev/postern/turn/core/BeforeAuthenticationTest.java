package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers get and cost, at the engine (security cases S12 to S15 and S27). */
class BeforeAuthenticationTest {

    private static final TransportAddress PEER = TransportAddress.parse("20.0.0.1:7000");
    private static final int SPOOFED = 100_000;

    private final VirtualServer server = new VirtualServer();

    /** Every length up to 200 bytes, with and without what makes a challenge, a refusal and a longer answer. */
    @ParameterizedTest
    @ValueSource(strings = {"postern", "example.org", "a-realm-of-sixteen", "turn.a-rather-long-name.example"})
    void s12_answerToAStrangerIsAtMostSixTimesAsLongAsHisRequest(String realm) {
        VirtualServer relay = new VirtualServer(TurnConfig.builder()
                .listen("udp://" + VirtualServer.LISTENER)
                .realm(realm)
                .user("u", "p")
                .relayAddress(VirtualServer.RELAY_ADDRESS));
        int port = 1024;
        double most = 0;
        for (int size = 20; size <= 200; size += 4) {
            for (ByteBuffer request : requestsOf(size)) {
                int bytes = request.remaining();
                List<ByteBuffer> answers = relay.client(port++).exchange(request);
                assertThat(answers).as("%d bytes", bytes).hasSize(1);
                most = Math.max(most, (double) answers.get(0).remaining() / bytes);
            }
        }
        assertThat(most).isLessThanOrEqualTo(6).isGreaterThan(3);
        double ratio = (double) relay.count(TurnCounter.UNAUTHENTICATED_BYTES_OUT)
                / relay.count(TurnCounter.UNAUTHENTICATED_BYTES_IN);
        assertThat(ratio).isLessThan(3);
    }

    /** Bare, with a signature alone, and with FINGERPRINT, as far as the size has room. */
    private static List<ByteBuffer> requestsOf(int size) {
        List<ByteBuffer> requests = new ArrayList<>();
        requests.add(padded(size, encoder -> encoder));
        if (size >= 44) {
            requests.add(padded(size, encoder -> encoder.bytes(AttributeType.MESSAGE_INTEGRITY, new byte[20])));
        }
        if (size >= 28) {
            requests.add(padded(size - 8, encoder -> encoder, true));
        }
        return requests;
    }

    private static ByteBuffer padded(int size, UnaryOperator<StunEncoder> attributes) {
        return padded(size, attributes, false);
    }

    private static ByteBuffer padded(int size, UnaryOperator<StunEncoder> attributes, boolean fingerprint) {
        StunEncoder encoder = attributes.apply(new StunEncoder()
                .begin(ByteBuffer.allocate(512), MessageClass.REQUEST, Method.ALLOCATE, TurnRequest.newId()));
        int rest = size - encoder.buffer().position();
        if (rest >= 4) {
            encoder.bytes(0xC001, new byte[rest - 4]);
        }
        return (fingerprint ? encoder.fingerprint() : encoder).finish();
    }

    @Test
    void s12_realmThatMakesEveryAnswerTooLongForABareRequestGetsSilenceThere() {
        VirtualServer longest = new VirtualServer(TurnConfig.builder()
                .listen("udp://" + VirtualServer.LISTENER)
                .realm("r".repeat(127))
                .user("u", "p")
                .relayAddress(VirtualServer.RELAY_ADDRESS));

        assertThat(longest.client(1).exchange(padded(20, encoder -> encoder))).isEmpty();
        assertThat(longest.client(1).exchange(padded(48, encoder -> encoder))).hasSize(1);
        assertThat(longest.count(TurnCounter.UNAUTHENTICATED_OVER_LIMIT)).isEqualTo(1);
        assertThat(longest.streamClient(2).exchange(padded(20, encoder -> encoder)))
                .hasSize(1);
    }

    @Test
    void s13_aHundredThousandSpoofedSourcesLeaveNothingBehindAndALegitimateClientLosesNothing() {
        VirtualClient legitimate = server.client(40_000);
        TransportAddress relayed = legitimate.allocated();
        legitimate.permit(PEER);
        spoof(0, 2_000, legitimate, relayed); // warm, so that classes and caches are there
        long before = usedHeap();

        spoof(2_000, SPOOFED + 2_000, legitimate, relayed);

        long grown = usedHeap() - before;
        assertThat(grown).isLessThan(10_000_000);
        assertThat(legitimate.refresh(600).code()).isZero();
        assertThat(server.client(40_001).allocate().code()).as("a new client").isZero();
        assertThat(server.shared.quotas().held()).isEqualTo(2);
        assertThat(server.output.open).hasSize(2);
    }

    private void spoof(int first, int last, VirtualClient legitimate, TransportAddress relayed) {
        ByteBuffer bare = padded(20, encoder -> encoder);
        ByteBuffer signed = TurnRequest.of(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> {},
                new TurnRequest.User("mallory", "example.org", "guess", ByteBuffer.allocate(40)));
        for (int i = first; i < last; i++) {
            TransportAddress source = TransportAddress.of(IpAddress.ofIpv4(0x0B000000 + i), 1024 + i % 60_000);
            FiveTuple path = new FiveTuple(TransportProtocol.UDP, source, VirtualServer.LISTENER);
            server.engine.onClientData(server.now, path, i % 2 == 0 ? bare : signed);
            server.output.toClients.clear();
            if (i % 100 == 0) {
                server.now += Duration.ofMillis(10).toNanos();
                legitimate.indicate(PEER, new byte[] {1});
                assertThat(server.takeToPeers()).hasSize(1);
                server.peerSends(PEER, relayed, new byte[] {2});
                assertThat(legitimate.received()).hasSize(1);
            }
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    void s14_oneSourceGetsSoManyChallengesAndThenSilenceAndOthersGetTheirs() {
        int answered = 0;
        for (int i = 0; i < 3000; i++) {
            answered += server.client(1024 + i)
                    .exchange(padded(28, encoder -> encoder))
                    .size();
        }
        assertThat(answered).isEqualTo(1000);
        assertThat(server.count(TurnCounter.UNAUTHENTICATED_OVER_LIMIT)).isEqualTo(2000);
        VirtualClient other = new VirtualClient(server, TransportAddress.parse("203.0.113.8:1"));
        assertThat(other.allocate().code()).isZero();

        server.advance(Duration.ofSeconds(1));
        assertThat(server.client(1).exchange(padded(28, encoder -> encoder))).hasSize(1);
    }

    @Test
    void s14_sourceOfIpv6IsItsSlash64() {
        int answered = 0;
        for (int i = 1; i <= 2000; i++) {
            TransportAddress source = TransportAddress.parse("[2001:db8:1:2::" + Integer.toHexString(i) + "]:1000");
            answered += new VirtualClient(server, source)
                    .exchange(padded(28, encoder -> encoder))
                    .size();
        }
        assertThat(answered).isEqualTo(1000);
        assertThat(new VirtualClient(server, TransportAddress.parse("[2001:db8:1:3::1]:1000"))
                        .exchange(padded(28, encoder -> encoder)))
                .hasSize(1);
    }

    @Test
    void s14_clientWithValidCredentialsIsServedWhereItsNeighboursExhaustedTheLimit() {
        VirtualClient client = server.client(1);
        client.allocated();
        for (int i = 0; i < 1500; i++) {
            server.client(1024 + i).exchange(padded(28, encoder -> encoder));
        }
        assertThat(client.refresh(600).code()).isZero();
    }

    @Test
    void s14_streamsAreNotLimitedAsTheirSourceIsKnownToExist() {
        VirtualClient stream = server.streamClient(7);
        for (int i = 0; i < 1500; i++) {
            assertThat(stream.exchange(padded(20, encoder -> encoder))).hasSize(1);
        }
        assertThat(server.count(TurnCounter.UNAUTHENTICATED_BYTES_IN)).isZero();
    }

    @Test
    void s15_aServersOwnAnswersGetNoAnswerFromAnotherServer() {
        VirtualServer other = new VirtualServer();
        ByteBuffer challenge =
                server.client(1).exchange(padded(28, encoder -> encoder)).get(0);

        assertThat(other.client(1).exchange(challenge)).isEmpty();
        assertThat(server.client(1).exchange(challenge)).isEmpty();
    }

    @Test
    void s27_challengeAfterALongAnswerCarriesNothingOfIt() {
        VirtualClient client = server.client(1);
        client.allocated();
        ByteBuffer after =
                server.client(2).exchange(padded(28, encoder -> encoder)).get(0);
        VirtualServer fresh = new VirtualServer();
        ByteBuffer first =
                fresh.client(2).exchange(padded(28, encoder -> encoder)).get(0);

        assertThat(after.remaining()).isEqualTo(first.remaining());
        Reply reply = new Reply(after);
        for (int i = 0; i < reply.message.attributeCount(); i++) {
            int end = reply.message.valueOffset(i) + reply.message.valueLength(i);
            while ((end - reply.message.offset()) % 4 != 0) {
                assertThat(after.get(end++)).as("padding").isZero();
            }
        }
    }
}
