package dev.postern.signaling.net;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages in the body of a POST, which is one message or an array of them. Only the array is looked at: whether a part is
 * a message is the codec's to say.
 */
final class Batch {

    private final String text;
    private final int max;
    private final List<String> parts = new ArrayList<>();
    private int depth;
    private int start;
    private boolean isText;

    private Batch(String text, int start, int max) {
        this.text = text;
        this.start = start;
        this.max = max;
    }

    /** The parts; at most one more than {@code max}, which then is too many. What is no sound array is one part, as it is. */
    static List<String> split(String text, int max) {
        int first = firstOf(text);
        if (first == text.length() || text.charAt(first) != '[') {
            return List.of(text);
        }
        List<String> parts = new Batch(text, first + 1, max).parts();
        return parts == null ? List.of(text) : parts;
    }

    private static int firstOf(String text) {
        int at = 0;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private @Nullable List<String> parts() {
        for (int at = start; at < text.length() && parts.size() <= max; at++) {
            char c = text.charAt(at);
            if (isText) {
                at += c == '\\' ? 1 : 0;
                isText = c != '"';
            } else if (depth == 0 && c == ']') {
                boolean isEmpty = parts.isEmpty() && text.substring(start, at).isBlank();
                if (!isEmpty) {
                    parts.add(text.substring(start, at));
                }
                return text.substring(at + 1).isBlank() ? parts : null;
            } else if (depth == 0 && c == ',') {
                parts.add(text.substring(start, at));
                start = at + 1;
            } else {
                isText = c == '"';
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            }
        }
        return parts.size() > max ? parts : null;
    }
}
