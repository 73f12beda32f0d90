package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.protocol.ClientMessage;
import org.jspecify.annotations.Nullable;

/**
 * What names a peer may give: each check answers a sentence if it may not, null if it may. Control characters, line
 * separators and the marks that turn the direction of the text around them are not allowed: they serve nobody but who
 * wants to deceive a reader of a page or a log.
 */
final class FieldGate {

    private final int roomChars;
    private final int nameChars;
    private final int metaChars;

    FieldGate(SignalingConfig config) {
        roomChars = config.limit(SignalingLimit.ROOM_CHARS);
        nameChars = config.limit(SignalingLimit.NAME_CHARS);
        metaChars = config.limit(SignalingLimit.META_CHARS);
    }

    /** @param name what the peer will be called, by itself or by its grant; null for nothing */
    @Nullable
    String refusal(ClientMessage.Join join, @Nullable String name) {
        if (!isName(join.room(), roomChars)) {
            return "field 'room' must have 1 to " + roomChars + " printable characters";
        }
        if (name != null && !isName(name, nameChars)) {
            return "field 'name' must have 1 to " + nameChars + " printable characters";
        }
        if (join.meta().json().length() > metaChars) {
            return "field 'meta' must be at most " + metaChars + " characters as compact JSON";
        }
        return null;
    }

    private static boolean isName(String text, int maxChars) {
        return text.length() <= maxChars && !text.isBlank() && text.chars().allMatch(FieldGate::isPrintable);
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> !turnsDirection(c);
            default -> true;
        };
    }

    /** LRE, RLE, PDF, LRO, RLO; LRI, RLI, FSI, PDI. */
    private static boolean turnsDirection(int c) {
        return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    }
}
