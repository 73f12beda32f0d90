package dev.postern.stun.auth;

import dev.postern.stun.StunMessage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed-size, direct-mapped memory of the user names that came last, so that a name that comes again makes no garbage and whoever
 * keeps it for many allocations keeps it once. Only short names of ASCII are remembered, so that strangers cannot make it grow.
 * One owner thread.
 */
final class RecentNames {

    private static final int SLOTS = 256; // a power of two
    private static final int LONGEST = 64;
    private static final int GOLDEN = 0x9E3779B1;

    private final @Nullable String[] names = new String[SLOTS];

    /** The text of the attribute at {@code index}, or null if it is not UTF-8. */
    @Nullable
    String text(StunMessage message, int index) {
        int bytes = message.valueLength(index);
        if (bytes > LONGEST) {
            return message.text(index);
        }
        ByteBuffer buffer = message.buffer();
        int at = message.valueOffset(index);
        int slot = slotOf(buffer, at, bytes);
        String recent = names[slot];
        if (recent != null && equals(recent, buffer, at, bytes)) {
            return recent;
        }
        String text = message.text(index);
        if (text != null && text.length() == bytes) { // and so of ASCII alone
            names[slot] = text;
        }
        return text;
    }

    private static int slotOf(ByteBuffer buffer, int at, int bytes) {
        int hash = bytes;
        for (int i = 0; i < bytes; i++) {
            hash = hash * 31 + buffer.get(at + i);
        }
        return (hash * GOLDEN) >>> (Integer.SIZE - Integer.numberOfTrailingZeros(SLOTS));
    }

    private static boolean equals(String name, ByteBuffer buffer, int at, int bytes) {
        if (name.length() != bytes) {
            return false;
        }
        for (int i = 0; i < bytes; i++) {
            if (name.charAt(i) != (char) buffer.get(at + i)) { // a byte above 0x7F equals no character of ASCII
                return false;
            }
        }
        return true;
    }
}
