package dev.postern.webclient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages' files as the tests read them: beside the classes, as the build has copied them. */
final class Tree {
    private static final Path ROOT = Path.of(URI.create(WebClient.root().toString()));

    private Tree() {}

    static Path root() {
        return ROOT;
    }

    /** Every file of one kind that is ours, the vendored ones left out; paths are relative to the root. */
    static List<Path> ours(String suffix) {
        return all().stream()
                .filter(path -> path.toString().endsWith(suffix) && !path.startsWith("vendor"))
                .toList();
    }

    /** Every file but the class files that share the directory. */
    static List<Path> all() {
        try (Stream<Path> walk = Files.walk(ROOT)) {
            return walk.filter(Files::isRegularFile)
                    .map(ROOT::relativize)
                    .filter(path -> !path.toString().endsWith(".class"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path relative) {
        try {
            return Files.readString(ROOT.resolve(relative));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean exists(Path relative) {
        return Files.isRegularFile(ROOT.resolve(relative));
    }
}
