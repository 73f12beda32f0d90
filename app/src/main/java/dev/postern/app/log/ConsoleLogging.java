package dev.postern.app.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Sets logback up in code, which is faster at start than its XML; found by logback as a service. A file named with
 * {@code -Dlogback.configurationFile=FILE} takes its place.
 */
public final class ConsoleLogging extends ContextAwareBase implements Configurator {

    private static final String OWN_FILE = "logback.configurationFile";

    /** Libraries that tell more than an operator wants to know. */
    private static final Map<String, Level> QUIETER = Map.of(
            "org.eclipse.jetty",
            Level.WARN,
            "org.eclipse.californium", // what strangers send is told at WARN and ERROR, one line for each
            Level.OFF,
            "io.netty",
            Level.WARN,
            "io.lettuce", // what is wrong with Redis is told in a sentence of our own
            Level.ERROR,
            "org.ice4j",
            Level.WARN,
            "org.jitsi",
            Level.WARN);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(OWN_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        ConsoleLayout layout = new ConsoleLayout(Terminal.errorTakesColour());
        layout.setContext(context);
        layout.start();
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("console");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console);
        QUIETER.forEach((name, level) -> context.getLogger(name).setLevel(level));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
