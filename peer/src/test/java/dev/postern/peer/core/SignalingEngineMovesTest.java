package dev.postern.peer.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.Advice;
import dev.postern.signaling.protocol.CloseCode;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A goodbye that names another server. */
class SignalingEngineMovesTest {

    private static final URI HOME = EngineHarness.CONFIG.socket();
    private static final String OTHER = "wss://other.example/signal/v1/ws";

    private EngineHarness harness = EngineHarness.connected();

    private void sentAway(CloseCode code, @Nullable String url) {
        harness.give(new ServerMessage.Bye(code.number(), code.advice(), 0, url));
        harness.engine.onClosed(harness.now, harness.number(), code.number());
    }

    private URI nextPlace() {
        harness.advance(Duration.ofSeconds(16));
        return harness.places.get(harness.places.size() - 1);
    }

    private URI nextPlaceAfter(Runnable end) {
        end.run();
        assertThat(harness.engine.state()).isEqualTo(SignalingState.WAITING);
        // the shortest time that brings the next attempt, so that it is not given up meanwhile
        harness.advance(Duration.ofNanos(Math.max(0, harness.engine.nextTimeout() - harness.now)));
        return harness.places.get(harness.places.size() - 1);
    }

    @Test
    void aServerThatDrainsSendsTheClientToAnotherWhereTheSessionResumes() {
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER))).isEqualTo(URI.create(OTHER));
        assertThat(harness.causes).contains(SignalingCause.SENT_AWAY);
        assertThat(harness.welcome(true, 0).resume()).isNotNull();
        assertThat(harness.welcomes.get(1).resumed()).isTrue();
        assertThat(harness.counted(SignalingClientCounter.MOVES)).isEqualTo(1);
        // it lives there now
        assertThat(nextPlaceAfter(harness::cut)).isEqualTo(URI.create(OTHER));
    }

    @Test
    void whereNobodyAnswersTheClientGoesHomeAndStaysThere() {
        nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER));
        assertThat(nextPlaceAfter(
                        () -> harness.engine.onRefused(harness.now, harness.number(), SignalingCause.UNREACHABLE)))
                .isEqualTo(HOME);
        assertThat(nextPlaceAfter(
                        () -> harness.engine.onRefused(harness.now, harness.number(), SignalingCause.UNREACHABLE)))
                .isEqualTo(HOME);
        assertThat(harness.welcome(true, 0).resume()).isNotNull();
    }

    @Test
    void aConnectionThatIsNeverWelcomedIsNoAnswer() {
        nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER));
        harness.engine.onOpen(harness.now, harness.number());
        assertThat(nextPlace()).isEqualTo(HOME);
        assertThat(harness.causes).contains(SignalingCause.NO_WELCOME);
    }

    @Test
    void aRefusalOfTheOtherServerIsNotTheLastWord() {
        nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER));
        assertThat(nextPlaceAfter(
                        () -> harness.engine.onRefused(harness.now, harness.number(), SignalingCause.REFUSED)))
                .isEqualTo(HOME);
        harness.engine.onRefused(harness.now, harness.number(), SignalingCause.REFUSED);
        assertThat(harness.engine.state()).isEqualTo(SignalingState.CLOSED);
    }

    @Test
    void aSessionThatIsStillElsewhereIsAskedForThereAgain() {
        nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER));
        harness.engine.onOpen(harness.now, harness.number());
        harness.take();
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.SESSION_ELSEWHERE, null)))
                .isEqualTo(URI.create(OTHER));
        assertThat(harness.welcome(true, 0).resume()).isNotNull();
        assertThat(harness.heard)
                .filteredOn(ServerMessage.Bye.class::isInstance)
                .extracting(bye -> ((ServerMessage.Bye) bye).code())
                .containsExactly(4432, 4441);
    }

    @Test
    void aGoodbyeThatNamesNoPlaceAndADropHereLeaveTheClientWhereItIs() {
        nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, OTHER));
        assertThat(nextPlaceAfter(() -> harness.engine.drop(harness.now))).isEqualTo(URI.create(OTHER));
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.SLOW, null))).isEqualTo(URI.create(OTHER));
    }

    @Test
    void aGoodbyeForGoodLeadsNowhere() {
        harness.give(new ServerMessage.Bye(4503, Advice.STOP, 0, OTHER));
        harness.cut();
        assertThat(harness.engine.state()).isEqualTo(SignalingState.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not a url",
                "http://other.example/signal/v1/ws",
                "javascript:alert(1)",
                "wss:///signal/v1/ws",
                "wss://name:password@other.example/signal/v1/ws",
                "wss://other.example/signal/v1/ws#part",
                "/signal/v1/ws"
            })
    void whatIsNoWebSocketIsNotGoneTo(String url) {
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, url))).isEqualTo(HOME);
        assertThat(harness.counted(SignalingClientCounter.MOVES_REFUSED_HERE)).isEqualTo(1);
        assertThat(harness.counted(SignalingClientCounter.MOVES)).isZero();
    }

    @Test
    void whoAskedForTlsIsNeverSentIntoTheClear() {
        URI secure = URI.create("wss://192.0.2.1/signal/v1/ws");
        harness = new EngineHarness(SignalingClientConfig.of(secure), 0);
        harness.engine.connect(0);
        harness.welcome(false, 0);
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, "ws://other.example/signal/v1/ws")))
                .isEqualTo(secure);
        assertThat(nextPlaceAfter(() -> sentAway(CloseCode.DRAINING, "WSS://other.example/signal/v1/ws")))
                .isEqualTo(URI.create("WSS://other.example/signal/v1/ws"));
    }
}
