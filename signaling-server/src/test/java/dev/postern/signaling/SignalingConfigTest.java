package dev.postern.signaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SignalingConfigTest {

    /** Something that does not fit, and how the sentence begins. */
    record Case(String sentence, Consumer<SignalingConfig.Builder> change) {

        @Override
        public String toString() {
            return sentence;
        }
    }

    static Stream<Case> misfits() {
        return Stream.of(
                new Case("signaling.listen: 'x:70000' is not host:port", b -> b.listen("x", 70_000)),
                new Case("signaling.listen: ' :1' is not host:port", b -> b.listen(" ", 1)),
                new Case(
                        "signaling.allowed-origins: 'app.example' is not an origin",
                        b -> b.allowedOrigins(List.of("app.example"))),
                new Case(
                        "signaling.allowed-origins: 'https://app.example/' is not an origin",
                        b -> b.allowedOrigins(List.of("https://ok.example", "https://app.example/"))),
                new Case("signaling.allowed-origins: '*' is not an origin", b -> b.allowedOrigins(List.of("*"))),
                new Case(
                        "signaling.peers-per-room: 1 is not from 2 to 10000.",
                        b -> b.limit(SignalingLimit.PEERS_PER_ROOM, 1)),
                new Case(
                        "signaling.heartbeat-dead: 25000 ms must be longer than signaling.heartbeat-every, 25000 ms.",
                        b -> b.time(SignalingTime.HEARTBEAT_DEAD, Duration.ofSeconds(25))),
                new Case(
                        "signaling.hello-deadline: 0 ms is not from 10 ms to 1 day.",
                        b -> b.time(SignalingTime.HELLO_DEADLINE, Duration.ZERO)),
                new Case(
                        "signaling.resume-bytes: 131072 must leave 16384 of signaling.queue-bytes, 140000.",
                        b -> b.limit(SignalingLimit.QUEUE_BYTES, 140_000)),
                new Case(
                        "signaling.resume-messages: 1023 must be at most 2 below signaling.queue-messages, 1024.",
                        b -> b.limit(SignalingLimit.RESUME_MESSAGES, 1_023)),
                new Case("The prefix '/signal/' of an endpoint", b -> b.endpoint("/signal/", (path, query) -> null)),
                new Case("The prefix 'diag' of an endpoint", b -> b.endpoint("diag", (path, query) -> null)));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void whatDoesNotFitIsOneSentenceWithItsKey(Case one) {
        assertThatThrownBy(() -> {
                    SignalingConfig.Builder builder = SignalingConfig.builder();
                    one.change().accept(builder);
                    builder.build();
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(one.sentence())
                .satisfies(e -> assertThat(e.getMessage()).endsWith(".").doesNotContain("\n"));
    }

    @Test
    void theDefaultsAreSafe() {
        SignalingConfig config = SignalingConfig.builder().build();
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.allowNoOrigin()).isFalse();
        assertThat(config.allowedOrigins()).isEmpty();
        assertThat(config.pages()).isNull();
        assertThat(config.iceServers()
                        .servers(new IceServersProvider.Client("p", "", null, null))
                        .servers())
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyLimitTakesItsOwnDefaultAndBounds(SignalingLimit limit) {
        assertThat(limit.standard()).isBetween(limit.min(), limit.max());
        assertThat(limit.checked(limit.min())).isEqualTo(limit.min());
        assertThat(limit.checked(limit.max())).isEqualTo(limit.max());
        assertThat(limit.key()).isEqualTo("signaling." + dashed(limit));
        assertThat(limit.sentence()).endsWith(".");
    }

    @ParameterizedTest
    @EnumSource
    void everyTimeTakesItsOwnDefault(SignalingTime time) {
        assertThat(time.checked(time.standard())).isEqualTo(time.standard());
        assertThat(time.key()).isEqualTo("signaling." + dashed(time));
        assertThat(time.sentence()).endsWith(".");
    }

    @ParameterizedTest
    @EnumSource
    void everyCounterHasAUnitAndASentence(SignalingCounter counter) {
        assertThat(counter.unit()).matches("[a-z]+s");
        assertThat(counter.sentence()).endsWith(".").hasSizeGreaterThan(20);
    }

    private static String dashed(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
