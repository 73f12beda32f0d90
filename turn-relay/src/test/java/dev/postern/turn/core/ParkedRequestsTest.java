package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.Method;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.CredentialStore;
import dev.postern.stun.auth.LongTermKey;
import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.PasswordAlgorithm;
import dev.postern.turn.TurnCounter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests of users whom somebody else knows wait for the answer, in a bounded table. */
class ParkedRequestsTest {

    /** Knows nobody until it was told. */
    private static final class Elsewhere implements CredentialStore {

        private final Map<String, Lookup> answers = new HashMap<>();
        private final List<String> asked = new ArrayList<>();

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
        public void ask(String username) {
            asked.add(username);
        }
    }

    private final Elsewhere elsewhere = new Elsewhere();
    private final VirtualServer server =
            new VirtualServer(VirtualServer.config().credentialStore(elsewhere));
    private final VirtualClient client = server.client(40_000).as("carol");

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

    @Test
    void waitingRequestsAreBoundedInCountAndBytesAndOneSourceCannotFillTheTable() {
        for (int i = 0; i < 2000; i++) {
            client.push(allocate(client));
        }
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isLessThan(ParkedRequests.MAX_COUNT);
        assertThat(server.count(TurnCounter.UNAUTHENTICATED_OVER_LIMIT)).isPositive();

        VirtualClient other = new VirtualClient(server, TransportAddress.parse("203.0.113.8:1")).as("dave");
        ByteBuffer big = other.challenged()
                .signed(Method.ALLOCATE, TurnRequest.newId(), encoder -> encoder.bytes(0xC001, new byte[3000]));
        other.push(big);
        for (int i = 0; i < 900; i++) {
            other.push(other.signed(
                    Method.ALLOCATE, TurnRequest.newId(), encoder -> encoder.bytes(0xC001, new byte[3000])));
        }
        assertThat(server.count(TurnCounter.REQUESTS_PARKED)).isLessThanOrEqualTo(ParkedRequests.MAX_COUNT);
        assertThat(server.count(TurnCounter.REQUESTS_NOT_PARKED)).isPositive();
        server.advance(Duration.ofSeconds(9));
        assertThat(server.engine.nextTimeout()).isEqualTo(Long.MAX_VALUE);
    }
}
