package dev.postern.webclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Other people's files are exactly those that {@code vendor/vendor.json} names, byte for byte. */
class VendoredFilesTest {
    private static final Path VENDOR = Path.of("vendor");
    private static final Path MANIFEST = VENDOR.resolve("vendor.json");

    @Test
    void everyVendoredFileHasTheRecordedChecksum() throws Exception {
        for (JsonNode file : files()) {
            Path path = VENDOR.resolve(file.path("path").asText());
            assertThat(sha256(path))
                    .as("SHA-256 of %s", path)
                    .isEqualTo(file.path("sha256").asText());
        }
    }

    @Test
    void nothingElseLiesInTheVendorDirectory() throws Exception {
        List<Path> named = new ArrayList<>(List.of(MANIFEST));
        for (JsonNode file : files()) {
            named.add(VENDOR.resolve(file.path("path").asText()));
        }
        List<Path> present =
                Tree.all().stream().filter(path -> path.startsWith(VENDOR)).toList();
        assertThat(present).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void everyPackageNamesItsVersionLicenceAndPurposeAndBringsTheLicenceText() throws Exception {
        for (JsonNode one : packages()) {
            for (String field : List.of("name", "version", "licence", "source", "usedFor")) {
                assertThat(one.path(field).asText()).as(field).isNotBlank();
            }
            assertThat(one.path("files").findValuesAsText("path")).anyMatch(path -> path.endsWith("/LICENSE"));
        }
    }

    private static JsonNode packages() throws IOException {
        JsonNode packages = new ObjectMapper().readTree(Tree.text(MANIFEST)).path("packages");
        assertThat(packages).isNotEmpty();
        return packages;
    }

    private static List<JsonNode> files() throws IOException {
        List<JsonNode> files = new ArrayList<>();
        packages().forEach(one -> one.path("files").forEach(files::add));
        assertThat(files).isNotEmpty();
        return files;
    }

    private static String sha256(Path relative) throws IOException, NoSuchAlgorithmException {
        byte[] bytes = Files.readAllBytes(Tree.root().resolve(relative));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
