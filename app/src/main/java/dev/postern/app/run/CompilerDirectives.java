package dev.postern.app.run;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Supplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the second compiler of a HotSpot JVM, C2, from code that a call runs through a few times: what it would save there in hours it takes at once, while
 * the first callers wait. C1 compiles that code; packets and digests still have C2. What is whose stands in {@value #FILE}.
 *
 * <p>They are given to the JVM that runs, so they hold for the whole process from then on, and cannot be given in the jar.
 */
final class CompilerDirectives {

    static final String FILE = "compiler-directives.json";

    private static final Logger LOG = LoggerFactory.getLogger(CompilerDirectives.class);
    private static final String HOTSPOT = "com.sun.management:type=DiagnosticCommand";

    private CompilerDirectives() {}

    /** Gives them; a JVM that takes none keeps to its own rules, and one line at debug says so. */
    static void give() {
        give(ManagementFactory::getPlatformMBeanServer);
    }

    static void give(Supplier<MBeanServer> jvm) {
        try {
            Path file = Files.createTempFile("postern-", ".json");
            try {
                copyTo(file);
                LOG.debug("{}", command(jvm.get(), "compilerDirectivesAdd", file.toString()));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException
                | JMException
                | RuntimeException
                | LinkageError e) { // no HotSpot, no such module, no temporary files
            LOG.atDebug().setCause(e).log("The JVM takes no compiler directives");
        }
    }

    private static void copyTo(Path file) throws IOException {
        try (InputStream directives = CompilerDirectives.class.getResourceAsStream(FILE)) {
            if (directives == null) {
                throw new IOException(FILE + " is missing");
            }
            Files.copy(directives, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What the JVM answers to a diagnostic command, as jcmd would print it. */
    static String command(MBeanServer jvm, String operation, String... words) throws JMException {
        boolean takesWords = words.length > 0;
        Object said = jvm.invoke(
                new ObjectName(HOTSPOT),
                operation,
                takesWords ? new Object[] {words} : new Object[0],
                takesWords ? new String[] {String[].class.getName()} : new String[0]);
        return String.valueOf(said).strip();
    }
}
