package dev.postern.natsim.ice4j;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What ice4j must be told before its first class is used; it knows no other way than JVM-wide properties. */
final class Ice4jSettings {

    /* Held, because java.util.logging forgets the level of a logger that nobody holds. */
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger("org.ice4j"), Logger.getLogger("org.jitsi"), Logger.getLogger("JitsiConfig"));

    private Ice4jSettings() {}

    /**
     * Keeps ice4j from asking the network where it runs, and from logging each step of each pair. What the user has set is
     * left alone. Must come before the first {@link org.ice4j.ice.Agent}: making that one asks 169.254.169.254 otherwise.
     */
    static void apply() {
        setUnlessSet("ice4j.harvest.mapping.aws.enabled", "false");
        setUnlessSet("ice4j.software", "");
        LOGGERS.stream().filter(logger -> logger.getLevel() == null).forEach(logger -> logger.setLevel(Level.SEVERE));
    }

    private static void setUnlessSet(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }
}
