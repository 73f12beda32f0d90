package dev.postern.app.log;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends what libraries log through java.util.logging to slf4j, where one configuration rules. */
public final class JdkLogging {

    /** Held here, since the JDK forgets the level of a logger that nobody holds. */
    private final List<Logger> quiet = List.of(Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"));

    /** For the whole process; once, and keep it as long as the process runs. */
    public static JdkLogging toSlf4j() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        JdkLogging logging = new JdkLogging();
        logging.quiet.forEach(logger -> logger.setLevel(Level.WARNING));
        return logging;
    }

    private JdkLogging() {}
}
