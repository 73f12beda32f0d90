package dev.postern.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/**
 * One line an event: time, level, the last part of the logger's name, the message and its key-values. What came from
 * outside cannot start a line of its own or move the cursor: control characters are shown as {@code \\uXXXX}. Colour repeats
 * what the level's word says.
 */
final class ConsoleLayout extends LayoutBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int MILLIS = 1000;
    private static final int LEVEL_CHARACTERS = 5; // all levels have four or five
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean colour;

    /** Two threads may each write their own; either is right. */
    private Second lately = new Second(0, TIME.format(Instant.EPOCH));

    /** A second since 1970 and how it is written. */
    private record Second(long number, String text) {}

    ConsoleLayout(boolean colour) {
        this.colour = colour;
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(128);
        appendTime(line, event.getTimeStamp());
        line.append(' ').append(level(event.getLevel())).append(' ');
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendPrintable(line, String.valueOf(event.getFormattedMessage()));
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                line.append(' ');
                appendPrintable(line, pair.key);
                line.append('=');
                appendPrintable(line, String.valueOf(pair.value));
            }
        }
        line.append(System.lineSeparator());
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy()).lines().forEach(trace -> {
                appendPrintable(line, trace);
                line.append(System.lineSeparator());
            });
        }
        return line.toString();
    }

    private void appendTime(StringBuilder line, long epochMillis) {
        long number = Math.floorDiv(epochMillis, MILLIS);
        Second second = lately;
        if (second.number != number) {
            second = new Second(number, TIME.format(Instant.ofEpochSecond(number)));
            lately = second;
        }
        int millis = Math.floorMod(epochMillis, MILLIS);
        line.append(second.text).append(millis / 100).append(millis / 10 % 10).append(millis % 10);
    }

    private String level(Level level) {
        String word = level.levelStr.length() < LEVEL_CHARACTERS ? level.levelStr + " " : level.levelStr;
        if (!colour || !level.isGreaterOrEqual(Level.WARN)) {
            return word;
        }
        return (level.isGreaterOrEqual(Level.ERROR) ? RED : YELLOW) + word + PLAIN;
    }

    private static void appendPrintable(StringBuilder line, String text) {
        int shown = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) && c != '\t') {
                line.append(text, shown, i).append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                shown = i + 1;
            }
        }
        line.append(text, shown, text.length());
    }
}
