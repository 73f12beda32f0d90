package dev.postern.signaling.net;

/** A text from outside as a log may show it: printable ASCII, short, and without the marks that log layouts expand. */
final class LogText {

    private static final int MAX_CHARS = 80;

    private LogText() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 1);
        for (int i = 0; i < text.length() && safe.length() < MAX_CHARS; i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c < 0x7F && c != '\\' && c != '"' && c != '$' && c != '%';
            if (plain) {
                safe.append(c);
            } else {
                safe.append(String.format("\\u%04x", (int) c));
            }
        }
        return safe.length() < MAX_CHARS ? safe.toString() : safe.substring(0, MAX_CHARS) + "...";
    }
}
