package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.signaling.SignalingCounter;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * What comes over a backplane: frames without the seal of the cluster, and a row of frames that have it. A frame of the row is a byte
 * that says how long it is and as many bytes; the node that takes them is called {@code a}.
 */
class NodeFrameFuzz {

    private static final Duration LOST_AFTER = Duration.ofSeconds(10);
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private final Seal seal = new Seal(LinkNetwork.SECRET);

    /** What the links put out. What they transmit is a frame that the other node can read. */
    private final class Heard implements LinkOutput {

        final Map<SignalingCounter, Integer> counts = new EnumMap<>(SignalingCounter.class);
        int delivered;

        @Override
        public void transmit(String node, byte[] sealed) {
            Frame frame = Frame.decode(Objects.requireNonNull(seal.opened(sealed)));
            assertThat(frame).isNotNull();
            assertThat(Objects.requireNonNull(frame).from()).isEqualTo("a");
            assertThat(frame.to()).isEqualTo(node);
        }

        @Override
        public void deliver(String node, byte[] payload) {
            delivered++;
        }

        @Override
        public void lost(String node) {
            assertThat(node).isNotEqualTo("a");
        }

        @Override
        public void count(SignalingCounter counter) {
            counts.merge(counter, 1, Integer::sum);
        }

        int dropped() {
            return counts.getOrDefault(SignalingCounter.NODE_FRAMES_FORGED, 0)
                    + counts.getOrDefault(SignalingCounter.NODE_FRAMES_OTHER_VERSION, 0);
        }
    }

    @FuzzTest(maxDuration = "10m")
    void unsealedBytesHaveNoEffectAndSealedOnesAreFramesOrAreCounted(byte[] input) {
        Heard heard = new Heard();
        Links links = new Links("a", LinkNetwork.SECRET, LOST_AFTER, heard);
        links.onUp(0);
        links.onFrame(0, input);
        assertThat(heard.counts).isEqualTo(Map.of(SignalingCounter.NODE_FRAMES_FORGED, 1));
        assertThat(links.others()).isEmpty();

        long now = 0;
        int dropped = 1;
        int taken = 0;
        for (int at = 0; at < input.length; at += 1 + (input[at] & 0xFF)) {
            byte[] content = Arrays.copyOfRange(input, at + 1, Math.min(input.length, at + 1 + (input[at] & 0xFF)));
            links.onFrame(now, seal.sealed(content));
            boolean isForUs = isForUs(content);
            dropped += isForUs ? 0 : 1;
            taken += isForUs ? 1 : 0;
            assertThat(heard.dropped()).isEqualTo(dropped);
            now += STEP_NANOS;
            links.onTimeout(now);
        }
        assertThat(links.others()).hasSizeLessThanOrEqualTo(Links.MAX_LINKS);
        assertThat(heard.delivered).isLessThanOrEqualTo(taken);
    }

    private static boolean isForUs(byte[] content) {
        Frame frame = Frame.decode(content);
        return frame != null && frame.to().equals("a") && !frame.from().equals("a");
    }
}
