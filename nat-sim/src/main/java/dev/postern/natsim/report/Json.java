package dev.postern.natsim.report;

import java.util.List;

/**
 * Writes JSON for a page. What could end a script element or a line of JavaScript is escaped, so that the text may stand in one
 * whatever the strings contain.
 */
final class Json {

    private static final int FIRST_PRINTABLE = 0x20;
    private static final char LINE_SEPARATOR = '\u2028';
    private static final char PARAGRAPH_SEPARATOR = '\u2029';

    private final StringBuilder text = new StringBuilder();
    private boolean first = true;

    Json open(char bracket) {
        comma();
        text.append(bracket);
        first = true;
        return this;
    }

    Json close(char bracket) {
        text.append(bracket);
        first = false;
        return this;
    }

    Json name(String name) {
        value(name);
        text.append(':');
        first = true;
        return this;
    }

    Json value(long number) {
        comma();
        text.append(number);
        return this;
    }

    Json value(boolean bit) {
        comma();
        text.append(bit);
        return this;
    }

    Json value(String string) {
        comma();
        text.append('"');
        string.chars().forEach(unit -> append((char) unit));
        text.append('"');
        return this;
    }

    Json values(List<String> strings) {
        open('[');
        strings.forEach(this::value);
        return close(']');
    }

    private void append(char unit) {
        boolean plain = unit >= FIRST_PRINTABLE
                && "\"\\<>&".indexOf(unit) < 0
                && unit != LINE_SEPARATOR
                && unit != PARAGRAPH_SEPARATOR
                && !Character.isSurrogate(unit);
        if (plain) {
            text.append(unit);
        } else {
            text.append(String.format("\\u%04x", (int) unit));
        }
    }

    private void comma() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
