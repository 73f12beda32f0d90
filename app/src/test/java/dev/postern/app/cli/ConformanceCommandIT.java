package dev.postern.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.run.FixedHost;
import dev.postern.stunserver.StunServer;
import dev.postern.stunserver.StunServerConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The conformance command as a person types it, against a STUN server on loopback. */
class ConformanceCommandIT {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path files;

    @Test
    void stunServerPassesAllThatNeedsNoUserAndIsReported() throws IOException {
        Path html = files.resolve("report.html");
        Path junit = files.resolve("report.xml");
        try (StunServer server = StunServer.start(
                StunServerConfig.builder().listen("udp://127.0.0.1:0").build())) {
            String address = server.addresses().get(0).address().toString();
            assertThat(run(
                            "conformance",
                            address,
                            "--patience=150ms",
                            "--silence=60ms",
                            "--only=1-8,11-23,110-115",
                            "--html=" + html,
                            "--junit=" + junit))
                    .isZero();
        }
        assertThat(err.toString()).contains("rfc8489_001", "SKIPPED", "It needs a user and a password.", "NOT OFFERED");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("RFC 8489 STUN", "total");
        assertThat(Files.readString(html)).contains("Run at 2027-01-15T08:00:00Z", "does not say what it is");
        assertThat(Files.readString(junit)).contains("<testsuite name=\"RFC 8489\"");
    }

    @Test
    void serverThatFailsAMustIsToldByTheExitCode() {
        try (StunServer server = StunServer.start(
                StunServerConfig.builder().listen("udp://127.0.0.1:0").build())) {
            String address = server.addresses().get(0).address().toString();
            assertThat(run(
                            "conformance",
                            address,
                            "--patience=20ms",
                            "--user=ann",
                            "--password=any",
                            "--only=49")) // it is no relay
                    .isEqualTo(1);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("rfc8656_049 over UDP (MUST)", "Nothing came.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host:0",
                "127.0.0.1 --only=x",
                "127.0.0.1 --only=999",
                "127.0.0.1 --user=ann",
                "127.0.0.1 --no-udp",
                "127.0.0.1 --peer-address=here"
            })
    void mistakesAreSaidBeforeAnythingIsSent(String arguments) {
        assertThat(run(("conformance " + arguments).split(" "))).isEqualTo(2);
        assertThat(err.toString()).startsWith("postern: ").contains("conformance --help");
    }

    private int run(String... arguments) {
        CommandLine line = CommandTree.of(new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                Map.of(),
                new FixedHost("127.0.0.1"),
                new Random(1),
                () -> Instant.ofEpochSecond(1_800_000_000L),
                prompt -> null));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
