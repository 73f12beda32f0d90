package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpAddress;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.stun.time.Deadlines;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests of users whom somebody else knows wait for the answer, in a bounded table. */
class ParkedRequestsTest {

    /** Knows nobody until it was told. */
    private static final class Elsewhere implements CredentialStore {

        private final Map<String, Lookup> answers = new HashMap<>();
        private final List<String> asked = new ArrayList<>();
        private final Set<IpAddress> sources = new HashSet<>();

        void knows(String username) {
            List<LongTermKey> keys =
                    List.of(LongTermKey.of(PasswordAlgorithm.MD5, username, realm(), username + "'s password"));
            answers.put(username, new Lookup.Known(username, keys, Lookup.NEVER));
        }

        @Override
        public String realm() {
            return "example.org";
        }

        @Override
        public int maxKeysPerUser() {
            return 1;
        }

        @Override
        public Lookup find(String username, PasswordAlgorithm algorithm, long nowSeconds) {
            return answers.getOrDefault(username, Lookup.PENDING);
        }

        @Override
        public void ask(String username, IpAddress source) {
            asked.add(username);
            sources.add(source);
        }
    }

    private static final int BIG_BYTES = 3000;

    private final Elsewhere elsewhere = new Elsewhere();
    private final VirtualServer server =
            new VirtualServer(VirtualServer.config().credentialStore(elsewhere));
    private final VirtualClient client = server.client(40_000).as("carol");
    private int made;

    private static ByteBuffer allocate(VirtualClient client) {
        return client.signed(
                Method.ALLOCATE,
                TurnRequest.newId(),
                encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, VirtualClient.UDP));
    }

    private void answered(String username) {
        server.engine.credentialsChanged(server.now, username);
        server.settle();
    }

    @Test
    void requestIsServedWhenTheAnswerIsThere() {
        assertThat(client.exchange(allocate(client))).isEmpty();
        assertThat(elsewhere.asked).containsExactly("carol");

        elsewhere.knows("carol");
        answered("somebody else");
        assertThat(client.received()).isEmpty();
        answered("carol");

        assertThat(VirtualClient.only(client.received()).code()).isZero();
        assertThat(client.refresh(0).code()).isZero();
        server.advance(Duration.ofSeconds(1)); // the rates of the allocation that was have rested
        assertThat(server.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void requestIsRefusedWhenTheAnswerIsNo() {
        client.exchange(allocate(client));
        elsewhere.answers.put("carol", Lookup.UNKNOWN);
        answered("carol");

        assertThat(VirtualClient.only(client.received()).code()).isEqualTo(401);
    }

    @Test
    void usersThatAreWrittenDownDoNotWaitAndNobodyIsAskedAboutThem() {
        server.client(1).allocated();
        server.client(2).timeLimited("ann", 100).allocated();

        assertThat(elsewhere.asked).isEmpty();
    }

    @Test
    void retransmissionOfAWaitingRequestChangesNothing() {
        ByteBuffer request = allocate(client);
        client.exchange(request);
        assertThat(client.exchange(request)).isEmpty();
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(1);

        elsewhere.knows("carol");
        answered("carol");
        assertThat(client.received()).hasSize(1);
        assertThat(client.exchange(request)).hasSize(1);
        assertThat(server.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(1);
    }

    @Test
    void nobodyIsAskedForAClientWithAStaleNonce() {
        ByteBuffer request = allocate(client);

        Reply reply = VirtualClient.only(server.client(40_001).exchange(request));

        assertThat(reply.code()).isEqualTo(438);
        assertThat(elsewhere.asked).isEmpty();
    }

    @Test
    void requestOfAClientWhoseStreamHasEndedIsDropped() {
        client.exchange(allocate(client));
        server.engine.onStreamClosed(server.now, client.path);
        elsewhere.knows("carol");
        answered("carol");

        assertThat(client.received()).isEmpty();
        server.assertNothingIsHeld();
    }

    @Test
    void requestThatWaitsTooLongIsDropped() {
        client.exchange(allocate(client));
        server.advance(ParkedRequests.MAX_AGE);
        elsewhere.knows("carol");
        answered("carol");

        assertThat(client.received()).isEmpty();
        assertThat(server.count(TurnCounter.PARKED_REQUESTS_TIMED_OUT)).isEqualTo(1);
    }

    @Test
    void answerThatIsForgottenAgainBeforeItIsReadDoesNotMakeARequestWaitTwice() {
        client.exchange(allocate(client));
        answered("carol");

        assertThat(server.count(TurnCounter.REQUESTS_NOT_PARKED)).isEqualTo(1);
        assertThat(server.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    private VirtualClient at(String address) {
        return new VirtualClient(server, TransportAddress.parse(address));
    }

    private VirtualClient streamAt(String address) {
        TransportAddress client = TransportAddress.parse(address);
        return new VirtualClient(server, new FiveTuple(TransportProtocol.TCP, client, VirtualServer.LISTENER));
    }

    /** Asks for as many made-up names as there are in here, all of them unknown as soon as they are asked for. */
    private void makeUp(VirtualClient stranger, int names) {
        for (int i = 0; i < names; i++) {
            String name = "nobody" + made++;
            stranger.as(name).push(allocate(stranger));
            elsewhere.answers.put(name, Lookup.UNKNOWN);
            answered(name);
        }
    }

    /** A webhook's one queue cannot be filled from one source, whatever it makes up, whether or not the answers come fast. */
    @Test
    void s14_oneSourceAsksAboutFewNamesOverDatagramsAndStreamsAlike() {
        VirtualClient datagrams = at("[2001:db8:1:2::1]:1000");
        VirtualClient stream = streamAt("[2001:db8:1:2::2]:1000");
        makeUp(datagrams, 200);
        makeUp(stream, 200);
        assertThat(elsewhere.asked).hasSize(Questions.BURST);
        assertThat(elsewhere.sources).containsExactly(IpAddress.parse("2001:db8:1:2::"));
        assertThat(server.count(TurnCounter.QUESTIONS_OVER_LIMIT)).isEqualTo(400 - Questions.BURST);

        server.advance(Duration.ofSeconds(1));
        makeUp(stream, 200);
        assertThat(elsewhere.asked).hasSize(Questions.BURST + Questions.PER_SECOND);

        client.exchange(allocate(client));
        assertThat(elsewhere.asked).as("another source").contains("carol");
    }

    @Test
    void s14_namesOfOneSourceThatWaitAreFew() {
        VirtualClient stranger = streamAt("192.0.2.9:1000");
        for (int i = 0; i < 40; i++) {
            stranger.as("nobody" + i).push(allocate(stranger));
        }
        assertThat(elsewhere.asked).hasSize(ParkedRequests.SOURCE_NAMES);
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(ParkedRequests.SOURCE_NAMES);

        elsewhere.answers.put("nobody3", Lookup.UNKNOWN);
        answered("nobody3");
        stranger.as("nobody50").push(allocate(stranger));
        assertThat(elsewhere.asked).as("one that is answered makes room").contains("nobody50");
    }

    @Test
    void sameNameOfTheSameSourceIsAskedForOnceWhileItWaits() {
        for (int port = 1; port <= 60; port++) {
            VirtualClient again = server.client(port).as("carol");
            again.push(allocate(again));
        }
        assertThat(elsewhere.asked).containsExactly("carol");
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(60);

        makeUp(client, 200);
        assertThat(elsewhere.asked).as("it has cost one question").hasSize(Questions.BURST);
    }

    @Test
    void oneSourceCannotFillTheTable() {
        VirtualClient stream = streamAt("203.0.113.7:5000").as("carol");
        for (int i = 0; i < 2000; i++) {
            stream.push(allocate(stream));
        }
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(ParkedRequests.SOURCE_COUNT);
        assertThat(server.count(TurnCounter.REQUESTS_NOT_PARKED)).isEqualTo(2000 - ParkedRequests.SOURCE_COUNT);

        VirtualClient other = at("203.0.113.8:1").as("dave");
        other.challenged().push(big(other));
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(ParkedRequests.SOURCE_COUNT + 1);
    }

    private static ByteBuffer big(VirtualClient client) {
        return client.signed(
                Method.ALLOCATE, TurnRequest.newId(), encoder -> encoder.bytes(0xC001, new byte[BIG_BYTES]));
    }

    @Test
    void waitingRequestsAreBoundedInBytesForOneSourceAndForAll() {
        int each = ParkedRequests.SOURCE_BYTES / BIG_BYTES;
        int parked = 0;
        for (int source = 1; source <= 30; source++) {
            VirtualClient stream = streamAt("192.0.2." + source + ":7").as("user" + source);
            for (int i = 0; i < 2 * each; i++) {
                stream.push(big(stream));
            }
            long more = server.count(TurnCounter.REQUESTS_PARKED) - parked;
            assertThat(more).isLessThanOrEqualTo(each);
            parked += (int) more;
        }
        assertThat(parked)
                .isLessThanOrEqualTo(ParkedRequests.MAX_BYTES / BIG_BYTES)
                .isGreaterThan(100);
        assertThat(elsewhere.asked).as("who does not wait is not asked for").hasSizeLessThan(30);
        server.advance(ParkedRequests.MAX_AGE);
        assertThat(server.count(TurnCounter.PARKED_REQUESTS_TIMED_OUT)).isEqualTo(parked);
        assertThat(server.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void waitingRequestsAreBoundedInCountForAll() {
        for (int source = 1; source <= 200; source++) {
            VirtualClient stream = streamAt("192.0.2." + source + ":7").as("user" + source);
            for (int i = 0; i < 10; i++) {
                stream.push(allocate(stream));
            }
        }
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isEqualTo(ParkedRequests.MAX_COUNT);
    }

    /** What is counted per source is forgotten with the last request that waits for it. */
    @Test
    void tableOfSourcesIsEmptyWhenNothingWaits() {
        ParkedRequests parked = new ParkedRequests(new Deadlines(), new Tally());
        StunMessage request = new StunMessage();
        request.decode(allocate(client));
        FiveTuple stream = streamAt("203.0.113.7:5000").path;
        parked.park(0, client.path, request, "carol");
        parked.park(0, stream, request, "carol");
        assertThat(parked.sources()).isEqualTo(1);
        parked.drop(stream);
        assertThat(parked.holds(IpAddress.parse("203.0.113.7"), "carol")).isTrue();
        assertThat(parked.take("carol")).hasSize(1);

        assertThat(parked.sources()).isZero();
        assertThat(parked.size()).isZero();
        assertThat(parked.sizeBytes()).isZero();
    }
}
