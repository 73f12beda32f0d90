package dev.postern.app.log;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** Sends what libraries log through java.util.logging to slf4j, where one configuration rules. */
public final class JdkLogging {

    private JdkLogging() {}

    /** For the whole process. */
    public static void toSlf4j() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
