package dev.postern.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Lines that are formatted as all others are and thrown away: what is told to one logger while this is open. Afterwards that logger says
 * nothing. One owner thread.
 */
public final class RehearsalLog implements AutoCloseable {

    private final Logger quiet;
    private final @Nullable OutputStreamAppender<ILoggingEvent> nowhere;

    private RehearsalLog(Logger quiet, @Nullable OutputStreamAppender<ILoggingEvent> nowhere) {
        this.quiet = quiet;
        this.nowhere = nowhere;
    }

    /**
     * Has the lines of {@code name} thrown away, formatted first if they would be where {@code like} tells its own.
     *
     * @param name a logger that nothing else uses
     * @param like the logger whose level counts
     */
    public static RehearsalLog open(String name, String like) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger quiet = context.getLogger(name);
        quiet.setAdditive(false);
        quiet.setLevel(context.getLogger(like).getEffectiveLevel());
        Encoder<ILoggingEvent> encoder = encoderOf(context.getLogger(Logger.ROOT_LOGGER_NAME));
        if (encoder == null) {
            return new RehearsalLog(quiet, null);
        }
        OutputStreamAppender<ILoggingEvent> nowhere = new OutputStreamAppender<>();
        nowhere.setContext(context);
        nowhere.setEncoder(encoder);
        nowhere.setOutputStream(new PrintStream(nullDevice(), false, StandardCharsets.UTF_8));
        nowhere.start();
        quiet.addAppender(nowhere);
        return new RehearsalLog(quiet, nowhere);
    }

    /** A file behind a buffer, as System.err has one, so that the same code runs; where there is no such file nothing is written. */
    private static OutputStream nullDevice() {
        try {
            return new BufferedOutputStream(new FileOutputStream("/dev/null"));
        } catch (FileNotFoundException e) {
            return OutputStream.nullOutputStream();
        }
    }

    /** How the first appender of these that writes bytes formats them; null if none does, as in a configuration of one's own. */
    private static @Nullable Encoder<ILoggingEvent> encoderOf(Logger root) {
        for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            if (all.next() instanceof OutputStreamAppender<ILoggingEvent> appender) {
                return appender.getEncoder();
            }
        }
        return null;
    }

    @Override
    public void close() {
        quiet.setLevel(Level.OFF);
        if (nowhere != null) {
            quiet.detachAppender(nowhere);
            nowhere.stop();
        }
    }
}
