package dev.postern.stun;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads UTF-8 and answers null, not a replacement character, where it is malformed. One owner thread. */
final class StrictUtf8 {

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    /** The text of all remaining bytes, which are consumed, or null. */
    @Nullable
    String decode(ByteBuffer bytes) {
        try {
            return decoder.decode(bytes).toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }
}
