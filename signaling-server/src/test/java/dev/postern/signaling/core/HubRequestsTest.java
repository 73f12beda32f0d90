package dev.postern.signaling.core;

import static dev.postern.signaling.core.HubHarness.errorOf;
import static dev.postern.signaling.core.HubHarness.sigMessage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.core.HubHarness.Client;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Protocol;
import dev.postern.signaling.protocol.ServerMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HubRequestsTest {

    private static final long NO_GOT = ClientMessage.NO_GOT;

    private final HubHarness harness = HubHarness.standard();

    @Test
    void beforeHelloEverythingElseIsRefusedAndTheHelloStillWorks() {
        Client ann = harness.silentClient();
        ServerMessage refused = ann.ask(new ClientMessage.Join(1, "r", null, Meta.EMPTY, NO_GOT));
        assertThat(errorOf(refused)).isEqualTo(ErrorCode.HELLO_EXPECTED);
        assertThat(((ServerMessage.Err) refused).re()).isEqualTo(1);
        assertThat(errorOf(ann.ask(new ClientMessage.Ack(0)))).isEqualTo(ErrorCode.HELLO_EXPECTED);
        assertThat(errorOf(ann.ask(new ClientMessage.Ping(1, NO_GOT)))).isEqualTo(ErrorCode.HELLO_EXPECTED);
        ann.sendMalformed(Decoded.Reason.NOT_JSON, null);
        assertThat(errorOf(ann.takeOne())).isEqualTo(ErrorCode.BAD_MESSAGE);
        assertThat(ann.hello().resumed()).isFalse();
    }

    @Test
    void aSecondHelloIsRefused() {
        Client ann = harness.client();
        assertThat(errorOf(ann.ask(new ClientMessage.Hello(1, List.of(), null))))
                .isEqualTo(ErrorCode.HELLO_REPEATED);
    }

    @Test
    void anotherVersionIsUnsupportedAndTheConnectionStays() {
        Client ann = harness.silentClient();
        assertThat(errorOf(ann.ask(new ClientMessage.Hello(2, List.of(), null))))
                .isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(ann.hello().sid()).startsWith("s_");
    }

    /** Security case 8. */
    @Test
    void c08_theSameIdAgainGetsTheSameAnswerAndHasNoSecondEffect() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        ServerMessage first = bob.ask(new ClientMessage.Join(5, "r", null, Meta.EMPTY, NO_GOT));
        ServerMessage second = bob.ask(new ClientMessage.Join(5, "r", null, Meta.EMPTY, NO_GOT));
        ServerMessage otherwise = bob.ask(sigMessage(5, ann.peer(), "r", "never sent"));
        assertThat(second).isEqualTo(first);
        assertThat(otherwise).isEqualTo(first);
        assertThat(ann.take()).hasSize(1);
        assertThat(harness.count(SignalingCounter.ANSWERS_REPEATED)).isEqualTo(2);
    }

    @Test
    void anErrorIsAnAnswerTooAndIsRepeated() {
        Client ann = harness.client();
        ServerMessage first = ann.ask(new ClientMessage.Leave(3, "r", NO_GOT));
        ann.join("r");
        assertThat(ann.ask(new ClientMessage.Leave(3, "r", NO_GOT))).isEqualTo(first);
    }

    @Test
    void aMalformedRequestUsesItsIdUp() {
        Client ann = harness.client();
        ann.sendMalformed(Decoded.Reason.BAD_FIELD, 4L);
        ServerMessage first = ann.takeOne();
        assertThat(first).isEqualTo(ServerMessage.Err.of(4L, ErrorCode.BAD_FIELD, 0, "no"));
        assertThat(ann.ask(new ClientMessage.Join(4, "r", null, Meta.EMPTY, NO_GOT)))
                .isEqualTo(first);
        assertThat(harness.hub.roomCount()).isZero();
    }

    @Test
    void c05_unsupportedTypesAreAnsweredAndNeverClose() {
        Client ann = harness.client();
        ann.sendMalformed(Decoded.Reason.UNKNOWN_TYPE, 9L);
        assertThat(errorOf(ann.takeOne())).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(ann.closed()).isNull();
    }

    @Test
    void anIdWhoseAnswerIsForgottenIsStale() {
        HubHarness fast = fast();
        Client ann = fast.client();
        for (long id = 1; id <= 257; id++) {
            ann.ask(new ClientMessage.Leave(id, "r", NO_GOT));
        }
        assertThat(errorOf(ann.ask(new ClientMessage.Leave(1, "r", NO_GOT)))).isEqualTo(ErrorCode.STALE_ID);
        assertThat(errorOf(ann.ask(new ClientMessage.Leave(2, "r", NO_GOT)))).isEqualTo(ErrorCode.NOT_JOINED);
        assertThat(errorOf(ann.ask(new ClientMessage.Leave(Protocol.MAX_INTEGER, "r", NO_GOT))))
                .isEqualTo(ErrorCode.NOT_JOINED);
    }

    /** A page may send a new request before it has sent again what the drop of its socket swallowed. */
    @Test
    void anIdThatWasNeverAnsweredIsTakenEvenBehindAHigherOne() {
        Client ann = harness.client();
        ann.ask(new ClientMessage.Leave(7, "r", NO_GOT));
        assertThat(ann.ask(new ClientMessage.Join(6, "r", null, Meta.EMPTY, NO_GOT)))
                .isInstanceOf(ServerMessage.Ok.class);
    }

    /** Security case 8: acknowledgements of what was never sent, of long ago, and of everything that a long can be. */
    @Test
    void c08_oldAcknowledgementsChangeNothingAndOnesBeyondAreRefused() {
        Client ann = harness.client();
        Client bob = harness.client();
        ann.join("r");
        bob.join("r");
        ann.take();
        ann.send(new ClientMessage.Ack(2));
        ann.send(new ClientMessage.Ack(0));
        ann.send(new ClientMessage.Ack(2));
        assertThat(ann.take()).isEmpty();
        for (long beyond : new long[] {3, Protocol.MAX_INTEGER, Long.MAX_VALUE}) {
            assertThat(errorOf(ann.ask(new ClientMessage.Ack(beyond)))).isEqualTo(ErrorCode.BAD_FIELD);
        }
        assertThat(harness.count(SignalingCounter.ACKS_IGNORED)).isEqualTo(3);
    }

    @Test
    void aRequestWithAnImpossibleAcknowledgementIsStillDone() {
        Client ann = harness.client();
        ann.send(new ClientMessage.Join(1, "r", null, Meta.EMPTY, 99));
        List<ServerMessage> answers = ann.take();
        assertThat(answers).hasSize(2);
        assertThat(errorOf(answers.get(0))).isEqualTo(ErrorCode.BAD_FIELD);
        assertThat(((ServerMessage.Err) answers.get(0)).re()).isNull();
        assertThat(answers.get(1)).isInstanceOf(ServerMessage.Ok.class);
    }

    @Test
    void aPingIsAnsweredWithItsNumber() {
        assertThat(harness.client().ask(new ClientMessage.Ping(Protocol.MAX_INTEGER, NO_GOT)))
                .isEqualTo(new ServerMessage.Pong(Protocol.MAX_INTEGER));
    }

    /** Security case 18: burst, errors that say when, refill, then the close. */
    @Test
    void messagesBeyondTheBurstAreRefusedWithATimeAndTakenAgainAfterIt() {
        HubHarness slow = new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 10)
                .limit(SignalingLimit.MESSAGE_BURST, 5)
                .build());
        Client ann = slow.client();
        for (int i = 0; i < 4; i++) {
            assertThat(ann.ask(new ClientMessage.Ping(i, NO_GOT))).isInstanceOf(ServerMessage.Pong.class);
        }
        ServerMessage.Err limited =
                (ServerMessage.Err) ann.ask(new ClientMessage.Join(1, "r", null, Meta.EMPTY, NO_GOT));
        assertThat(errorOf(limited)).isEqualTo(ErrorCode.RATE_LIMITED);
        assertThat(limited.re()).isEqualTo(1);
        assertThat(limited.retry()).isTrue();
        assertThat(limited.afterMillis()).isBetween(1L, 101L);

        slow.advance(Duration.ofMillis(limited.afterMillis()));
        assertThat(ann.ask(new ClientMessage.Join(1, "r", null, Meta.EMPTY, NO_GOT)))
                .isEqualTo(limited);
        slow.advance(Duration.ofMillis(100));
        assertThat(ann.ask(new ClientMessage.Join(2, "r", null, Meta.EMPTY, NO_GOT)))
                .isInstanceOf(ServerMessage.Ok.class);

        slow.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            assertThat(ann.ask(new ClientMessage.Ping(i, NO_GOT))).isInstanceOf(ServerMessage.Pong.class);
        }
        assertThat(errorOf(ann.ask(new ClientMessage.Ping(9, NO_GOT)))).isEqualTo(ErrorCode.RATE_LIMITED);
    }

    @Test
    void whoGoesOnBeyondAllErrorsIsClosedAndMayResume() {
        Client ann = harness.client();
        int sent = 0;
        while (ann.closed() == null && sent < 10_000) {
            ann.send(new ClientMessage.Ping(1, NO_GOT));
            sent++;
        }
        assertThat(ann.closed()).isEqualTo(CloseCode.FLOOD);
        assertThat(sent).isEqualTo(99 + Connections.STRIKES + 1);
        assertThat(harness.count(SignalingCounter.CLOSED_FLOOD)).isEqualTo(1);
        ann.send(new ClientMessage.Ping(1, NO_GOT));
        assertThat(ann.resume(0).resumed()).isTrue();
    }

    @Test
    void aFaultOfAProviderCostsTheServersAndNothingElse() {
        IceServersProvider broken = peer -> {
            throw new IllegalStateException("no credentials today");
        };
        HubHarness faulty =
                new HubHarness(SignalingConfig.builder().iceServers(broken).build());
        faulty.output.allowFaults();
        Client ann = faulty.client();
        assertThat(ann.known().ice().servers()).isEmpty();
        assertThat(faulty.count(SignalingCounter.FAULTS)).isEqualTo(1);
    }

    @Test
    void sessionsAreBounded() {
        HubHarness small = new HubHarness(
                SignalingConfig.builder().limit(SignalingLimit.SESSIONS, 1).build());
        Client ann = small.client();
        Client bob = small.silentClient();
        ServerMessage refused = bob.ask(new ClientMessage.Hello(1, List.of(), null));
        assertThat(errorOf(refused)).isEqualTo(ErrorCode.SERVER_BUSY);
        ann.closeOnPurpose();
        assertThat(bob.hello().sid()).isNotEmpty();
    }

    @Test
    void theWelcomeSaysWhatTheServerIsBuiltWith() {
        ServerMessage.Welcome welcome = harness.client().known();
        assertThat(welcome.seq()).isZero();
        assertThat(welcome.lost()).isZero();
        assertThat(welcome.heartbeat()).isEqualTo(new ServerMessage.Heartbeat(25_000, 35_000));
        assertThat(welcome.limits()).isEqualTo(new ServerMessage.Limits(65_536, 50, 262_144, 8));
        assertThat(welcome.sid()).matches("s_[A-Za-z0-9_-]{22}");
        assertThat(welcome.peer()).matches("p_[A-Za-z0-9_-]{22}");
        assertThat(welcome.resume()).matches("[A-Za-z0-9_-]{22}");
    }

    private static HubHarness fast() {
        return new HubHarness(SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGES_PER_SECOND, 1_000_000)
                .limit(SignalingLimit.MESSAGE_BURST, 1_000_000)
                .build());
    }
}
