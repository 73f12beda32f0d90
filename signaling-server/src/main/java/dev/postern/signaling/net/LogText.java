package dev.postern.signaling.net;

/** A text from outside as a log may show it: printable ASCII, short, and without the marks that log layouts expand. */
final class LogText {

    private static final int MAX_CHARS = 80;
    private static final int MAX_MESSAGE_CHARS = 400;

    private LogText() {}

    static String of(String text) {
        return of(text, MAX_CHARS);
    }

    /** A message, whose text form leaves out SDP, candidates and secrets already. */
    static String ofMessage(Object message) {
        return of(message.toString(), MAX_MESSAGE_CHARS);
    }

    private static String of(String text, int maxChars) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), maxChars) + 1);
        for (int i = 0; i < text.length() && safe.length() < maxChars; i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c < 0x7F && c != '\\' && c != '"' && c != '$' && c != '%';
            if (plain) {
                safe.append(c);
            } else {
                safe.append(String.format("\\u%04x", (int) c));
            }
        }
        return safe.length() < maxChars ? safe.toString() : safe.substring(0, maxChars) + "...";
    }
}
