package dev.postern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: what it prints, how it ends. */
class MainIT {

    private static final long WAIT_SECONDS = 60;
    private static final String LAST_LINE = "Ctrl-C stops it.";

    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no SIGTERM")
    void devRunsUntilSigtermAndStopsInOrder() throws Exception {
        Process process = start(
                "serve",
                "--dev",
                "--set=signaling.listen=127.0.0.1:0",
                "--set=turn.listen=udp://127.0.0.1:0,tcp://127.0.0.1:0",
                "--set=metrics.listen=127.0.0.1:0");
        List<String> printed = readUntil(process, LAST_LINE);
        process.destroy();
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
        assertThat(printed.get(0)).matches("Postern \\S+ is ready after \\d+\\.\\d s\\.");
        assertThat(printed)
                .anyMatch(line -> line.matches("  open      http://127\\.0\\.0\\.1:\\d+/"))
                .anyMatch(line -> line.matches("  a call    http://127\\.0\\.0\\.1:\\d+/#room=try .*"))
                .anyMatch(line -> line.matches("  TURN,STUN udp://127\\.0\\.0\\.1:\\d+, tcp://127\\.0\\.0\\.1:\\d+"))
                .anyMatch(line -> line.matches("  metrics   http://127\\.0\\.0\\.1:\\d+/metrics"));
        assertThat(log().lines().filter(line -> line.contains(" WARN ")).filter(MainIT::isOfTheProgram))
                .singleElement()
                .asString()
                .endsWith(
                        "--dev is for trying things on this machine, not for a server that others reach: turn.shared-secret is"
                                + " random and gone when it stops, and the relay reaches private and loopback peers and this host's own"
                                + " addresses.");
        assertThat(log())
                .containsSubsequence(
                        "app: stopping", "signaling server stopped", "Closed name=postern-turn", "app: stopped");
        assertThat(log()).doesNotContain("ERROR").doesNotContain("\u001b");
    }

    /** Most kernels give a listener less than it asks for, which is warned of. */
    private static boolean isOfTheProgram(String warning) {
        return !warning.contains("net.core.rmem_max");
    }

    @Test
    void mistakeEndsWithTwoAndPrintsNothingElse() throws Exception {
        Process process = start("serve", "--set=turn.relm=x");
        assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(process.inputReader().lines()).isEmpty();
        assertThat(log().lines()).containsExactly("postern: turn.relm is not a key (--set); did you mean turn.realm?");
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(folder.resolve("log").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("POSTERN_"));
        return builder.start();
    }

    private List<String> readUntil(Process process, String last) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader reader = process.inputReader();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            if (line.equals(last)) {
                return lines;
            }
        }
        throw new AssertionError("ended early: " + lines + " " + log());
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
    }
}
