package dev.postern.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What a line of the log looks like. */
class ConsoleLayoutTest {

    @Test
    void lineHasTimeLevelShortLoggerMessageAndKeyValues() {
        LoggingEvent event = event(Level.INFO, "started");
        event.setKeyValuePairs(List.of(new KeyValuePair("listen", "udp://127.0.0.1:3478")));
        assertThat(new ConsoleLayout(false).doLayout(event))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  TurnRelay: started listen=udp://127\\.0\\.0\\.1:3478\\R");
    }

    @Test
    void timesAreOfTheEventWhateverWasWrittenBefore() {
        DateTimeFormatter time =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
        ConsoleLayout layout = new ConsoleLayout(false);
        for (long millis :
                new long[] {1_800_000_000_000L, 1_800_000_000_007L, 1_800_000_000_999L, 1_800_000_001_050L, 7L, 999L}) {
            LoggingEvent event = event(Level.INFO, "x");
            event.setTimeStamp(millis);
            assertThat(layout.doLayout(event)).startsWith(time.format(Instant.ofEpochMilli(millis)) + " INFO");
        }
    }

    @Test
    void colourOnlyRepeatsTheLevel() {
        LoggingEvent event = event(Level.WARN, "careful");
        String coloured = new ConsoleLayout(true).doLayout(event);
        assertThat(coloured).contains("\u001b[33mWARN \u001b[0m TurnRelay: careful");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(new ConsoleLayout(false).doLayout(event));
        assertThat(new ConsoleLayout(true).doLayout(event(Level.INFO, "x"))).doesNotContain("\u001b");
    }

    @Test
    void whatComesFromOutsideCannotForgeALine() {
        LoggingEvent event = event(Level.INFO, "user ann\n12:00:00.000 ERROR gone\u001b[2J");
        event.setKeyValuePairs(List.of(new KeyValuePair("user", "a\r\nb")));
        String line = new ConsoleLayout(false).doLayout(event);
        assertThat(line.lines()).hasSize(1);
        assertThat(line).contains("ann\\u000a12:00").contains("\\u001b[2J").contains("user=a\\u000d\\u000ab");
    }

    @Test
    void causeFollowsOnLinesOfItsOwn() {
        LoggingEvent event = event(Level.ERROR, "failed");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("why")));
        assertThat(new ConsoleLayout(false).doLayout(event).lines().toList())
                .hasSizeGreaterThan(2)
                .anyMatch(line -> line.equals("java.lang.IllegalStateException: why"));
    }

    private static LoggingEvent event(Level level, String message) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent();
        event.setLoggerContextRemoteView(context.getLoggerContextRemoteView());
        event.setLoggerName("dev.postern.turn.TurnRelay");
        event.setLevel(level);
        event.setMessage(message);
        return event;
    }
}
