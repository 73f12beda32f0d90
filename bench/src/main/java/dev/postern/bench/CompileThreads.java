package dev.postern.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the compilers of a running JVM take of the CPU. A process that is no JVM has none. */
final class CompileThreads {

    /** How Linux, which keeps 15 bytes of a name, calls the threads of C1 and C2. */
    private static final String NAME = "C[12] CompilerThre";

    private final Path threads;
    private Map<Path, Long> last;

    /**
     * Counts from now on.
     *
     * @param threads a process's {@code task} folder in {@code /proc}
     */
    CompileThreads(Path threads) throws IOException {
        this.threads = threads;
        last = read();
    }

    static CompileThreads of(long pid) throws IOException {
        return new CompileThreads(Path.of("/proc", Long.toString(pid), "task"));
    }

    /** CPU time that they have taken since it was last asked for, in nanoseconds, without those that have ended: a JVM ends what has long been idle. */
    long nanosSince() throws IOException {
        Map<Path, Long> before = last;
        last = read();
        return last.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
    }

    private Map<Path, Long> read() throws IOException {
        Map<Path, Long> nanos = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                if (said(thread.resolve("comm")).matches(NAME)) {
                    nanos.put(thread, onCpu(said(thread.resolve("schedstat"))));
                }
            }
        }
        return nanos;
    }

    /** The first of the numbers there. */
    private static long onCpu(String schedstat) {
        return schedstat.isEmpty() ? 0 : Long.parseLong(schedstat.split(" ", -1)[0]);
    }

    /** The file's text; empty if the thread has ended meanwhile. */
    private static String said(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
