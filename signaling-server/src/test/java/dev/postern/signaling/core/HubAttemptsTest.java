package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

/**
 * A client counts its attempts to resume. Over HTTP a hello comes with the request that opens its stream, so that of two which overtake
 * each other nothing else tells which is the later one: the earlier one, given up long since, took the session to a stream that nobody
 * read, and its client was told to stop.
 */
class HubAttemptsTest {

    private final HubHarness harness = HubHarness.standard();
    private final Client ann = harness.client();
    private final Client bob = harness.client();

    static ClientMessage.Resume attempt(long number, ClientMessage.Resume ticket) {
        return new ClientMessage.Resume(ticket.sid(), ticket.secret(), ticket.epoch(), ticket.got(), number);
    }

    @Test
    void aHelloThatALaterOneHasOvertakenChangesNothing() {
        ann.join("r");
        bob.join("r");
        ClientMessage.Resume ticket = ann.ticket(0);
        ann.drop();
        assertThat(ann.resumeWith(attempt(2, ticket)).resumed()).isTrue();
        bob.take();

        Client late = harness.silentClient();
        late.knock(attempt(1, ticket));
        assertThat(late.takeOne()).isEqualTo(new ServerMessage.Bye(4409, Advice.RESUME, 0));
        assertThat(late.closed()).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(harness.count(SignalingCounter.CLOSED_OVERTAKEN)).isEqualTo(1);
        assertThat(harness.hub.sessionCount()).isEqualTo(2);
        assertThat(bob.take()).isEmpty();
        assertThat(ann.closed()).isNull();
        ann.drop();
        assertThat(ann.resumeWith(attempt(3, ann.ticket(0))).resumed()).isTrue();
    }

    /** Also with the secret that the client has now: a request that was made again on its way, and had its answer. */
    @Test
    void anAttemptThatComesTwiceIsTakenOnce() {
        ClientMessage.Resume ticket = attempt(1, ann.ticket(0));
        ann.drop();
        assertThat(ann.resumeWith(ticket).resumed()).isTrue();
        Client again = harness.silentClient();
        again.knock(ticket);
        assertThat(again.closed()).isEqualTo(CloseCode.OVERTAKEN);
        Client newer = harness.silentClient();
        newer.knock(attempt(1, ann.ticket(0)));
        assertThat(newer.closed()).isEqualTo(CloseCode.OVERTAKEN);
        assertThat(ann.closed()).isNull();
    }

    /** A WebSocket is open before its hello comes; a stream that was asked for earlier may come in between. */
    @Test
    void aLaterAttemptIsTakenAlsoOnAConnectionThatWasOpenEarlier() {
        ClientMessage.Resume ticket = ann.ticket(0);
        ann.drop();
        Client socket = harness.silentClient();
        assertThat(ann.resumeWith(attempt(1, ticket)).resumed()).isTrue();
        socket.knock(attempt(2, ticket));
        assertThat(socket.takeOne())
                .isInstanceOfSatisfying(
                        ServerMessage.Welcome.class,
                        welcome -> assertThat(welcome.resumed()).isTrue());
        assertThat(ann.closed()).isEqualTo(CloseCode.REPLACED);
    }

    /** Security case 7: numbers of strangers count nothing. */
    @Test
    void c07_whoDoesNotKnowTheSecretNeitherCountsNorLearnsThatTheSessionIsThere() {
        ClientMessage.Resume ticket = ann.ticket(0);
        Client thief = harness.silentClient();
        ClientMessage.Resume guess = new ClientMessage.Resume(ticket.sid(), "guess", ticket.epoch(), 0);
        assertThat(thief.resumeWith(attempt(Protocol.MAX_INTEGER, guess)).resumed())
                .isFalse();
        ann.drop();
        assertThat(ann.resumeWith(attempt(1, ticket)).resumed()).isTrue();
        assertThat(thief.resumeWith(attempt(1, guess)).resumed()).isFalse();
        assertThat(thief.closed()).isNull();
    }

    /** As it was before clients counted. */
    @Test
    void attemptsThatAreNotCountedAreToldApartByTheirConnections() {
        ClientMessage.Resume ticket = ann.ticket(0);
        ann.drop();
        Client early = harness.silentClient();
        ann.resumeWith(ticket);
        early.knock(ticket);
        assertThat(early.takeOne())
                .isInstanceOfSatisfying(
                        ServerMessage.Welcome.class,
                        welcome -> assertThat(welcome.resumed()).isFalse());
        assertThat(ann.closed()).isNull();
        assertThat(ann.resumeWith(ticket).resumed()).isTrue();
    }
}
