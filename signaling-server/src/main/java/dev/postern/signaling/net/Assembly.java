package dev.postern.signaling.net;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The message that the frames of one connection make up, bounded in bytes; grows with what has arrived and never with
 * what is announced. Jetty delivers the frames of a connection one after another, which is all the protection it needs.
 */
final class Assembly {

    private static final byte[] NOTHING = {};
    private static final int FIRST_BYTES = 1_024;
    private static final char REPLACEMENT = '\uFFFD';

    private final int maxBytes;
    private byte[] bytes = NOTHING;
    private int length;
    private boolean isText;

    Assembly(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** The first frame of a message. */
    void begin(boolean text) {
        isText = text;
        length = 0;
    }

    boolean isText() {
        return isText;
    }

    int length() {
        return length;
    }

    /** Copies a frame's payload; false if the message is now too long. */
    boolean add(@Nullable ByteBuffer payload) {
        if (payload == null) {
            return true;
        }
        int more = payload.remaining();
        if (more > maxBytes - length) {
            return false;
        }
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(maxBytes, Math.max(FIRST_BYTES, 2 * (length + more))));
        }
        payload.get(bytes, length, more);
        length += more;
        return true;
    }

    /** The text of the whole message, and the end of it here; null if it is not UTF-8. */
    @Nullable
    String takeText() {
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8);
        // Where a replacement character shows, the fast reading may have put it there.
        String strict = text.indexOf(REPLACEMENT) >= 0 ? readStrictly() : text;
        drop();
        return strict;
    }

    /** The whole message; its bytes are left alone once {@link #drop} was called. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private @Nullable String readStrictly() {
        try {
            ByteBuffer whole = ByteBuffer.wrap(bytes, 0, length);
            return StandardCharsets.UTF_8.newDecoder().decode(whole).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Forgets the message; an idle connection holds no buffer. */
    void drop() {
        bytes = NOTHING;
        length = 0;
    }
}
