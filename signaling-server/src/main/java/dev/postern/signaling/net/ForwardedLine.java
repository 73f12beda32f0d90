package dev.postern.signaling.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line of a {@code Forwarded} header field by the grammar of RFC 7239 section 4, from left to right:
 *
 * <pre>
 * Forwarded         = 1#forwarded-element
 * forwarded-element = [ forwarded-pair ] *( ";" [ forwarded-pair ] )
 * forwarded-pair    = token "=" ( token / quoted-string )
 * </pre>
 *
 * Empty elements of the list are passed over (RFC 9110 section 5.6.1). Used once, by one thread.
 */
final class ForwardedLine {

    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final String line;
    private int at;

    ForwardedLine(String line) {
        this.line = line;
    }

    /** The elements in their order; null if the line breaks the grammar or an element has a parameter twice. */
    @Nullable
    List<ForwardedElement> read() {
        List<ForwardedElement> elements = new ArrayList<>();
        while (true) {
            skipSpace();
            Map<String, String> pairs = element();
            if (pairs == null) {
                return null;
            }
            if (!pairs.isEmpty()) {
                String node = pairs.get("for");
                String protocol = pairs.get("proto");
                elements.add(new ForwardedElement(
                        node == null ? null : ForwardedElement.node(node),
                        protocol == null ? null : ForwardedElement.secure(protocol)));
            }
            skipSpace();
            if (isAtEnd()) {
                return elements;
            }
            if (!take(',')) {
                return null;
            }
        }
    }

    private @Nullable Map<String, String> element() {
        Map<String, String> pairs = new HashMap<>();
        do {
            String name = token();
            if (!name.isEmpty()) {
                String value = take('=') ? value() : null;
                if (value == null || pairs.put(name.toLowerCase(Locale.ROOT), value) != null) {
                    return null;
                }
            }
        } while (take(';'));
        return pairs;
    }

    private @Nullable String value() {
        if (take('"')) {
            return quoted();
        }
        String token = token();
        return token.isEmpty() ? null : token;
    }

    private String token() {
        int start = at;
        while (!isAtEnd() && isTokenCharacter(line.charAt(at))) {
            at++;
        }
        return line.substring(start, at);
    }

    private static boolean isTokenCharacter(char c) {
        boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return isLetter || (c >= '0' && c <= '9') || TOKEN_MARKS.indexOf(c) >= 0;
    }

    /** What stands between two quotes, the first of which was taken; null if the second is missing. */
    private @Nullable String quoted() {
        StringBuilder text = new StringBuilder();
        while (!isAtEnd()) {
            char c = line.charAt(at++);
            if (c == '"') {
                return text.toString();
            }
            if (c == '\\') {
                if (isAtEnd()) {
                    return null;
                }
                c = line.charAt(at++);
            }
            text.append(c);
        }
        return null;
    }

    private void skipSpace() {
        while (!isAtEnd() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
    }

    private boolean take(char c) {
        if (isAtEnd() || line.charAt(at) != c) {
            return false;
        }
        at++;
        return true;
    }

    private boolean isAtEnd() {
        return at == line.length();
    }
}
