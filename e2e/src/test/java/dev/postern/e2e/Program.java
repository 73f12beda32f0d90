package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Another program that this JVM started: its output is kept, and it does not outlive {@link #close}. */
final class Program implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(10);

    private final Process process;
    private final List<String> command;
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Thread listener;

    private Program(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.listener = new Thread(this::read, "output of " + command.get(0));
        listener.setDaemon(true);
        listener.start();
    }

    static Program start(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return new Program(command, process);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        }
    }

    /** What the program said, once it has ended by itself with status 0; fails when it has not within the time. */
    String finish(Duration within) {
        boolean ended = endedWithin(within);
        assertThat(ended)
                .as("%s ended within %s; its output:%n%s", command, within, output())
                .isTrue();
        assertThat(process.exitValue())
                .as("status of %s; its output:%n%s", command, output())
                .isZero();
        return output();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What was said so far, standard error included. */
    String output() {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    /** Sends SIGTERM and returns the exit status; fails when the program has not ended within the time. */
    int terminate(Duration within) {
        process.destroy();
        boolean ended = endedWithin(within);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended)
                .as("%s stopped within %s; its output:%n%s", command, within, output())
                .isTrue();
        return process.exitValue();
    }

    boolean endedWithin(Duration within) {
        try {
            boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            listener.join(ended ? STOP.toMillis() : 1);
            return ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("[its output broke off: " + e + "]");
        }
    }
}
