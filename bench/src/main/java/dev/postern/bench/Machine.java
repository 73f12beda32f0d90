package dev.postern.bench;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of this machine: where they are, and how they are run so that what is measured is theirs. */
final class Machine {

    /** A JVM that leaves an AOT cache takes some seconds to stop. */
    private static final Duration STOP = Duration.ofSeconds(60);

    private static final String RAISED = "-20";

    /** A session has its own share of the CPU, whatever nice says within it. Neither is allowed to everybody; without them it is run all the same. */
    private static final String RAISE_SESSION =
            "{ echo " + RAISED + " > /proc/self/autogroup; } 2> /dev/null; exec \"$@\"";

    private Machine() {}

    static boolean has(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(File.pathSeparator, -1)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    static void require(String program, String debianPackage) {
        if (!has(program)) {
            throw new BenchRefused("bench needs " + program + " (Debian: apt-get install " + debianPackage + ").");
        }
    }

    /**
     * The same command on one CPU, in a session of its own.
     *
     * @param raised whether it comes before everything else, where that is allowed
     */
    static List<String> alone(int cpu, boolean raised, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("taskset", "-c", Integer.toString(cpu)));
        whole.addAll(
                raised ? List.of("nice", "-n", RAISED, "setsid", "sh", "-c", RAISE_SESSION, "sh") : List.of("setsid"));
        whole.addAll(command);
        return whole;
    }

    /** Starts it, with what it says going into a file. Every program before the last one in the command becomes the next, so the pid is the last one's. */
    static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(new File("/dev/null"))
                .start();
    }

    /**
     * Runs it to its end and answers what it printed.
     *
     * @throws BenchRefused with the first thing it said if it fails
     */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new BenchRefused("'" + String.join(" ", command) + "' failed: " + said);
            }
            return said;
        } finally {
            process.destroy();
        }
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
