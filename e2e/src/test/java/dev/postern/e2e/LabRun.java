package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code postern lab matrix} of the packaged program, run to its end. */
public final class LabRun {

    private static final Path JAR = Path.of(System.getProperty("postern.root"), "app/target/postern.jar");
    private static final Duration END = Duration.ofMinutes(4);

    private LabRun() {}

    /** What it printed; fails unless every pair connected as predicted. */
    public static String matrix(String... options) {
        assertThat(JAR).as("the packaged program; './dev build' makes it").isRegularFile();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx512m",
                "-jar",
                JAR.toString(),
                "lab",
                "matrix"));
        command.addAll(List.of(options));
        try (Program program = Program.start(command)) {
            return program.finish(END);
        }
    }
}
