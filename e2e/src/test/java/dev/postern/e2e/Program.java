package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another program that this JVM started: its output is kept, and it does not outlive {@link #close}. */
final class Program implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(10);

    private final Process process;
    private final List<String> command;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private Program(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.reader = new Thread(this::read, "output of " + command.get(0));
        reader.setDaemon(true);
        reader.start();
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
    String finish(Duration within) throws InterruptedException {
        boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(ended)
                .as("%s ended within %s; its output:%n%s", command, within, output)
                .isTrue();
        reader.join(STOP.toMillis());
        assertThat(process.exitValue())
                .as("status of %s; its output:%n%s", command, output)
                .isZero();
        return output.toString();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** What was said so far, standard error included. */
    String output() {
        return output.toString();
    }

    /** Sends SIGTERM and returns the exit status; fails when the program has not ended within the time. */
    int terminate(Duration within) throws InterruptedException {
        process.destroy();
        boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        assertThat(ended)
                .as("%s stopped within %s; its output:%n%s", command, within, output)
                .isTrue();
        reader.join(STOP.toMillis());
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
            }
        } catch (IOException e) {
            output.append("[its output broke off: ").append(e).append("]\n");
        }
    }
}
