package dev.postern.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program as a process of its own, with all that it prints. Closing ends it. */
final class Program implements AutoCloseable {

    private static final long WAIT_SECONDS = 60;
    private static final String LAST_LINE = "Ctrl-C stops it.";

    private final Process process;
    private final Path log;
    private final List<String> printed = new ArrayList<>();

    private Program(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it and waits until it says that it is ready. */
    static Program start(Path folder, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(arguments);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
        Program program = new Program(builder.start(), log);
        program.readUntilReady();
        return program;
    }

    private void readUntilReady() throws IOException {
        BufferedReader reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            printed.add(line);
            if (line.equals(LAST_LINE)) {
                return;
            }
        }
        throw new AssertionError("ended early: " + printed + " " + log());
    }

    /** What stands behind the word at the beginning of a line of standard output. */
    String announced(String word) {
        return printed.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + word + " in " + printed));
    }

    /** Standard output up to readiness. */
    String printed() {
        return String.join("\n", printed);
    }

    /** Standard error until now. */
    String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits until it has ended by itself; its exit code. */
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end");
        }
        return process.exitValue();
    }

    /** Ends it and waits; the log is whole then. */
    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("did not stop");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
