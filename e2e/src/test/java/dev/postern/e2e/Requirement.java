package dev.postern.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import dev.postern.app.run.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs beside JDK 17 and Maven. Where it is missing the test is skipped with one line that says what to install;
 * where the environment's {@code POSTERN_REQUIRE} (names with commas between) asks for it, the test fails instead.
 */
public enum Requirement {
    /** Chromium: {@code POSTERN_CHROMIUM}, or the first known name on the path. */
    BROWSER("Chromium (Debian: apt-get install chromium; or set POSTERN_CHROMIUM)"),

    /** A C compiler. */
    CC("a C compiler (Debian: apt-get install gcc)"),

    /** The folder of coturn's clients. */
    COTURN("coturn's clients turnutils_* (Debian: apt-get install coturn)"),

    /** The home of the newest JDK that is at least 22. */
    JDK22("a JDK, 22 or newer (set POSTERN_JDK22_HOME)"),

    /** An address of this host in a private network, written as a path. */
    LAN("a private IPv4 address on an interface that is not loopback (Linux: ip addr add 192.168.213.1/24 dev eth0)"),

    /** A Redis server, 6.2 or newer. */
    REDIS("redis-server (Debian: apt-get install redis-server)"),

    /** Wireshark's reader of captures. */
    TSHARK("tshark (Debian: apt-get install tshark)");

    private static final Pattern RELEASE = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    private final String words;

    Requirement(String words) {
        this.words = words;
    }

    /** The path of what is needed; skips or fails the calling test when it is not there. */
    public Path need() {
        Optional<Path> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        String line = "not found: " + words;
        if (List.of(environment("POSTERN_REQUIRE").split(",", -1)).contains(name().toLowerCase(Locale.ROOT))) {
            return fail(line + "; POSTERN_REQUIRE asks for it");
        }
        System.out.println("skipped: " + line);
        return Assumptions.abort(line);
    }

    private Optional<Path> find() {
        return switch (this) {
            case BROWSER ->
                fromEnvironment("POSTERN_CHROMIUM")
                        .or(() -> onPath("chromium", "chromium-browser", "google-chrome", "chrome"));
            case CC -> onPath("cc", "gcc", "clang");
            case COTURN -> onPath("turnutils_uclient").map(Path::getParent);
            case JDK22 -> newestJdk();
            case LAN ->
                new LocalHost()
                        .lanAddresses().stream()
                                .map(lan -> Path.of(lan.address().toString()))
                                .findFirst();
            case REDIS -> onPath("redis-server");
            case TSHARK -> onPath("tshark");
        };
    }

    private static Optional<Path> fromEnvironment(String variable) {
        return Optional.of(environment(variable))
                .filter(value -> !value.isEmpty())
                .map(Path::of);
    }

    private static Optional<Path> onPath(String... names) {
        List<String> folders = List.of(environment("PATH").split(Pattern.quote(java.io.File.pathSeparator), -1));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Optional<Path> newestJdk() {
        Path user = Path.of(System.getProperty("user.home"));
        Stream<Path> named =
                Stream.of("POSTERN_JDK22_HOME", "JAVA_HOME").flatMap(variable -> fromEnvironment(variable).stream());
        Stream<Path> usual = Stream.of(
                        Path.of("/usr/lib/jvm"), user.resolve(".sdkman/candidates/java"), user.resolve(".jdks"))
                .flatMap(Requirement::children);
        return Stream.concat(named, usual)
                .filter(home -> Files.isExecutable(home.resolve("bin/javac")))
                .filter(home -> feature(home) >= 22)
                .max(Comparator.comparingInt(Requirement::feature));
    }

    /** The feature version that a JDK's {@code release} file names; 0 when it names none. */
    static int feature(Path home) {
        try {
            Matcher version = RELEASE.matcher(Files.readString(home.resolve("release")));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private static Stream<Path> children(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String environment(String variable) {
        String value = System.getenv(variable);
        return value == null ? "" : value;
    }
}
