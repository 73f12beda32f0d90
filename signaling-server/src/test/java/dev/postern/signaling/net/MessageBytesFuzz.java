package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.MessageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a WebSocket's message or of a POST, from the first frame or chunk to the codec. The first byte says how they are cut:
 * the text is the same, or none, however that is; a body that is an array is split where another reader of JSON finds its items.
 */
class MessageBytesFuzz {

    private static final int MAX_BYTES = 2_048;
    private static final int MAX_MESSAGES = 16;
    private static final JsonMapper OTHER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @FuzzTest(maxDuration = "10m")
    void theSameTextComesOfThemHoweverTheyAreCut(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] message = Arrays.copyOfRange(input, 1, input.length);
        int step = 1 + (input[0] & 0x3F);
        Assembly assembly = new Assembly(MAX_BYTES);
        assembly.begin(true);
        boolean fits = true;
        for (int at = 0; at < message.length && fits; at += step) {
            fits = assembly.add(ByteBuffer.wrap(message, at, Math.min(step, message.length - at)));
        }
        assertThat(fits).isEqualTo(message.length <= MAX_BYTES);
        if (fits) {
            String text = assembly.takeText();
            assertThat(text).isEqualTo(strictly(message));
            if (text != null) {
                split(text);
            }
        }
    }

    private static @Nullable String strictly(byte[] message) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(message))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private void split(String text) {
        List<String> parts = Batch.split(text, MAX_MESSAGES);
        assertThat(parts).hasSizeLessThanOrEqualTo(MAX_MESSAGES + 1);
        JsonNode whole = read(text);
        if (whole != null && whole.isArray() && whole.size() <= MAX_MESSAGES) {
            assertThat(parts).hasSize(whole.size());
            for (int i = 0; i < parts.size(); i++) {
                assertThat(read(parts.get(i))).isEqualTo(whole.get(i));
            }
        }
        parts.forEach(part -> assertThat(codec.decodeClient(part)).isInstanceOf(Decoded.class));
    }

    private static @Nullable JsonNode read(String text) {
        try {
            return OTHER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
