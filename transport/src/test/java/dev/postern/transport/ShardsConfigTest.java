package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class ShardsConfigTest {

    record Bad(String message, UnaryOperator<ShardsConfig.Builder> change) {
        @Override
        public String toString() {
            return message;
        }
    }

    static final Bad[] BAD = {
        new Bad("shards is 0; it must be 1 to 256", b -> b.shards(0)),
        new Bad("shards is 257; it must be 1 to 256", b -> b.shards(257)),
        new Bad("streamThreads is 0; it must be 1 to 64", b -> b.streamThreads(0)),
        new Bad(
                "net.listener-buffer-bytes is 4095; it must be 4096 to 536870912",
                b -> b.udp(UdpOptions.DEFAULT.withListenerBufferBytes(4095))),
        new Bad(
                "net.listener-buffer-bytes is 536870913; it must be 4096 to 536870912",
                b -> b.udp(UdpOptions.DEFAULT.withListenerBufferBytes((1 << 29) + 1))),
        new Bad("relayBufferBytes is 1; it must be 4096 or more", b -> b.relayBufferBytes(1)),
        new Bad(
                "net.coalesce-max is 5001 us; it must be 0 to 5000 us",
                b -> b.udp(UdpOptions.DEFAULT.withCoalesceMax(Duration.ofNanos(5_001_000)))),
        new Bad("closeTimeout is PT-1S; it must be 0 or more", b -> b.closeTimeout(Duration.ofSeconds(-1))),
        new Bad("maxStreams is 0; it must be 1 or more", b -> b.streamLimits(StreamLimits.DEFAULT.withStreams(0, 1))),
        new Bad(
                "maxFrameBytes is 19; it must be 20 to 65552",
                b -> b.streamLimits(StreamLimits.DEFAULT.withMaxFrameBytes(19))),
        new Bad(
                "outboundHardBytes is 7; it must be more than outboundHighBytes",
                b -> b.streamLimits(StreamLimits.DEFAULT.withQueues(1, 7, 7, 1))),
        new Bad(
                "idleTimeout is PT0S; it must be more than 0, at most a day",
                b -> b.streamLimits(StreamLimits.DEFAULT.withTimeouts(
                        Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)))),
        new Bad(
                "peers' memoryBytes is 0; it must be 1 or more",
                b -> b.streamLimits(StreamLimits.DEFAULT.withPeers(new PeerStreamLimits(0, Duration.ofSeconds(1))))),
        new Bad(
                "peers' closeGrace is PT1M1S; it must be more than 0, at most a minute",
                b -> b.streamLimits(StreamLimits.DEFAULT.withPeers(new PeerStreamLimits(1, Duration.ofSeconds(61))))),
    };

    @ParameterizedTest
    @FieldSource("BAD")
    void valueOutOfRangeIsRefusedInOneSentence(Bad bad) {
        ShardsConfig.Builder builder = ShardsConfig.builder().listen(ListenAddress.parse("udp://127.0.0.1:0"));

        assertThatThrownBy(() -> bad.change.apply(builder).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(bad.message);
    }

    @Test
    void nowhereToListenIsRefused() {
        assertThatThrownBy(() -> ShardsConfig.builder().build()).hasMessageContaining("at least one address");
    }

    @Test
    void oneShardPerProcessorIsTheDefault() {
        ShardsConfig config = ShardsConfig.builder()
                .listen(ListenAddress.parse("udp://127.0.0.1:0"))
                .build();

        assertThat(config.shards()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }
}
