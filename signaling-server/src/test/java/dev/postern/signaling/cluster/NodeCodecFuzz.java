package dev.postern.signaling.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Bytes behind the seal of a frame: they are a message that survives being written, or are refused with the one exception that means so. */
class NodeCodecFuzz {

    private final NodeCodec codec = new NodeCodec();

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreAMessageThatSurvivesOrAreRefused(byte[] input) {
        NodeMessage message;
        try {
            message = codec.decode(input);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
    }
}
