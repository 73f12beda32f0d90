package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is made from the Java types is what is committed. */
class GeneratedFilesTest {

    private static final String REWRITE = "postern.rewrite";

    @Test
    void theCommittedFilesAreThoseThatTheTypesMake() throws IOException {
        for (Map.Entry<Path, String> file : GeneratedFiles.fresh().entrySet()) {
            if (Boolean.getBoolean(REWRITE)) {
                Files.createDirectories(Objects.requireNonNull(file.getKey().getParent()));
                Files.writeString(file.getKey(), file.getValue());
            }
            assertThat(file.getKey())
                    .as("made from the Java types; write it anew with: ./dev protocol")
                    .exists()
                    .hasContent(file.getValue());
        }
    }
}
