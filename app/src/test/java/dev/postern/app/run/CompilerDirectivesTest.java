package dev.postern.app.run;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import org.junit.jupiter.api.Test;

class CompilerDirectivesTest {

    private static final Path ROOT = requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Pattern OURS = Pattern.compile("\"-?(dev/postern/[^\"]*)\"");
    private static final Pattern PARTS = Pattern.compile("(.*/)([A-Za-z]*)(\\*?)\\.([<>A-Za-z]*)(\\*?)");
    private static final List<String> MODULES = List.of("stun-core", "transport", "stun-server", "turn-relay", "app");

    @Test
    void everyMethodOfOursThatIsNamedIsThere() throws IOException {
        List<String> missing = new ArrayList<>();
        Matcher named = OURS.matcher(file());
        int count = 0;
        while (named.find()) {
            count++;
            if (!isThere(named.group(1))) {
                missing.add(named.group(1));
            }
        }

        assertThat(count).isGreaterThan(10);
        assertThat(missing).isEmpty();
    }

    /** The directives would stay for all other tests in this JVM, so they are taken back. */
    @Test
    void theJvmTakesThem() throws JMException {
        MBeanServer jvm = ManagementFactory.getPlatformMBeanServer();
        CompilerDirectives.give();

        String given = CompilerDirectives.command(jvm, "compilerDirectivesPrint");
        CompilerDirectives.command(jvm, "compilerDirectivesClear");
        assertThat(given)
                .contains("dev/postern/turn/core/Answers*.*")
                .contains("dev/postern/transport/ShardLoop.openRelays");
        assertThat(CompilerDirectives.command(jvm, "compilerDirectivesPrint")).doesNotContain("dev/postern");
    }

    @Test
    void aJvmThatHasNoSuchThingIsLeftAlone() {
        assertThatCode(() -> CompilerDirectives.give(MBeanServerFactory::newMBeanServer))
                .doesNotThrowAnyException();
        assertThatCode(() -> CompilerDirectives.give(() -> {
                    throw new NoClassDefFoundError("javax/management/MBeanServer");
                }))
                .doesNotThrowAnyException();
    }

    private static String file() throws IOException {
        try (InputStream directives =
                requireNonNull(CompilerDirectives.class.getResourceAsStream(CompilerDirectives.FILE))) {
            return new String(directives.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The file of the class, or one of them whose name begins so, and the method by its name in it. */
    private static boolean isThere(String pattern) throws IOException {
        Matcher parts = PARTS.matcher(pattern);
        assertThat(parts.matches()).as(pattern).isTrue();
        boolean anyClass = !parts.group(3).isEmpty();
        String method = parts.group(4);
        String name = method.equals("<init>") ? parts.group(2) : method;
        Pattern call = Pattern.compile("\\b" + name + (parts.group(5).isEmpty() ? "\\(" : "\\w*\\("));
        for (String module : MODULES) {
            for (String sources : List.of("java", "java22")) {
                Path folder = ROOT.resolve(module)
                        .resolve("src/main")
                        .resolve(sources)
                        .resolve(parts.group(1));
                if (!Files.isDirectory(folder)) {
                    continue;
                }
                if (parts.group(2).isEmpty()) {
                    return true;
                }
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.toList()) {
                        String simple = file.getFileName().toString().replace(".java", "");
                        boolean matches = anyClass ? simple.startsWith(parts.group(2)) : simple.equals(parts.group(2));
                        if (matches
                                && (name.isEmpty()
                                        || call.matcher(Files.readString(file)).find())) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }
}
