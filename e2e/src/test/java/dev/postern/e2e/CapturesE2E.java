package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Wireshark reads in the captures of {@code postern lab matrix --pcap}. */
class CapturesE2E {

    private static final Duration READ = Duration.ofSeconds(60);
    private static final String WRONG =
            "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0" + " || _ws.expert.severity >= error";

    private static Path folder;
    private static Path tshark;

    @BeforeAll
    static void run(@TempDir Path captures) {
        folder = captures;
        tshark = Requirement.TSHARK.need();
        LabRun.matrix("--rows=symmetric", "--columns=open,symmetric", "--seed=5", "--pcap=" + folder);
    }

    /** A line for each packet that the filter lets through. */
    private static List<String> read(Path capture, String filter, String... fields) {
        Stream<String> command = Stream.of(
                tshark.toString(),
                "-r",
                capture.toString(),
                "-o",
                "ip.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                "-Y",
                filter,
                "-T",
                "fields");
        Stream<String> columns = Stream.of(fields).flatMap(field -> Stream.of("-e", field));
        try (Program program = Program.start(Stream.concat(command, columns).toList())) {
            return program.finish(READ)
                    .lines()
                    .filter(line -> !line.startsWith("Running as user"))
                    .toList();
        }
    }

    @Test
    void nothingInAnyCaptureIsMalformed() throws IOException {
        try (Stream<Path> captures = Files.list(folder)) {
            List<Path> all = captures.toList();
            assertThat(all)
                    .extracting(path -> path.getFileName().toString())
                    .containsExactlyInAnyOrder(
                            "symmetric-against-open-seed-5.pcapng", "symmetric-against-symmetric-seed-6.pcapng");
            assertThat(all).allSatisfy(capture -> {
                assertThat(read(capture, WRONG, "frame.number", "frame.comment"))
                        .isEmpty();
                assertThat(read(capture, "stun && udp.checksum.status == 1", "frame.number"))
                        .hasSizeGreaterThan(20);
            });
        }
    }

    @Test
    void dropsAreFoundByTheirCommentAtTheSideOfTheRouterWhereTheyCame() {
        List<String> drops = read(
                folder.resolve("symmetric-against-symmetric-seed-6.pcapng"),
                "frame.comment contains \"DROPPED at B's router\"",
                "frame.interface_name",
                "ip.dst",
                "frame.comment");

        assertThat(drops)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line)
                        .startsWith("B's router outside\t198.51.100.2\tDROPPED at B's router: ")
                        .containsAnyOf("APDF: ", "no mapping: "));
    }
}
