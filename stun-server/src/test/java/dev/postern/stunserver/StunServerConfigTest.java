package dev.postern.stunserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class StunServerConfigTest {

    record Bad(String message, UnaryOperator<StunServerConfig.Builder> change) {
        @Override
        public String toString() {
            return message;
        }
    }

    static final Bad[] BAD = {
        new Bad("shards is 0; it must be 1 to 256", b -> b.shards(0)),
        new Bad("software is ; it must be 1 to 127 characters", b -> b.software("")),
        new Bad(
                "software is " + "x".repeat(128) + "; it must be 1 to 127 characters",
                b -> b.software("x".repeat(128))),
        new Bad("responsesPerSecond is -1; it must be 0 to 1000000", b -> b.responseLimit(-1, 1)),
        new Bad("responseBurst is 0; it must be 1 to 1000000", b -> b.responseLimit(1, 0)),
    };

    @ParameterizedTest
    @FieldSource("BAD")
    void valueOutOfRangeIsRefusedInOneSentence(Bad bad) {
        StunServerConfig.Builder builder = StunServerConfig.builder().listen("udp://127.0.0.1:0");

        assertThatThrownBy(() -> bad.change.apply(builder).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(bad.message);
    }

    @Test
    void nowhereToListenIsRefused() {
        assertThatThrownBy(() -> StunServerConfig.builder().build()).hasMessageContaining("at least one address");
    }

    @Test
    void softwareIsOffAndAnswersAreLimitedUnlessSaidOtherwise() {
        StunServerConfig config =
                StunServerConfig.builder().listen("udp://127.0.0.1:0").build();

        assertThat(config.software()).isNull();
        assertThat(config.responsesPerSecond()).isPositive();
    }

    @Test
    void softwareOfTheMostBytesIsAccepted() {
        String longest = "\uD83D\uDE80".repeat(127); // 508 bytes
        StunServerConfig config = StunServerConfig.builder()
                .listen("udp://127.0.0.1:0")
                .software(longest)
                .build();

        assertThat(config.software()).isEqualTo(longest);
    }
}
