package dev.postern.app.log;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends what libraries log through java.util.logging to slf4j, where one configuration rules. */
public final class JdkLogging {

    /** Held here, since the JDK forgets the level of a logger that nobody holds. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"));

    private JdkLogging() {}

    /** For the whole process. */
    public static void toSlf4j() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
