package dev.postern.app.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks at what is printed. */
final class Terminal {

    private static final Path LINUX_STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /**
     * Whether standard error is a terminal that shows colour and nobody asked for none (the NO_COLOR convention). The JDK
     * tells of standard input and output alone, so that Linux is asked; elsewhere the log stays plain.
     */
    static boolean errorTakesColour() {
        if (System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(LINUX_STANDARD_ERROR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
