package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;

/**
 * Throws texts at both decoders. What is a message is written, read again and the same, and the schema accepts what was
 * written. The committed inputs are golden vectors; SDP and candidates are among them, but nothing of the server's reads
 * what is in those.
 */
class MessageCodecFuzz {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @FuzzTest(maxDuration = "10m")
    void anyTextIsAMessageThatSurvivesOrIsRefusedWithAReason(byte[] input) throws JsonProcessingException {
        String text = new String(input, StandardCharsets.UTF_8);
        if (codec.decodeClient(text) instanceof Decoded.Message<ClientMessage> read) {
            String written = codec.encodeText(read.message());
            assertThat(codec.decodeClient(written)).isEqualTo(read);
            assertThat(WireSchema.CLIENT.faults(Vectors.MAPPER.readTree(written)))
                    .isEmpty();
        }
        if (codec.decodeServer(text) instanceof Decoded.Message<ServerMessage> read) {
            String written = codec.encodeText(read.message());
            assertThat(codec.decodeServer(written)).isEqualTo(read);
            assertThat(WireSchema.SERVER.faults(Vectors.MAPPER.readTree(written)))
                    .isEmpty();
        }
    }
}
