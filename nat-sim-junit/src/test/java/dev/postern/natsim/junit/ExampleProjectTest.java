package dev.postern.natsim.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The project of examples/junit-nat-lab, compiled and run as it is: one of its tests fails, and says why. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ExampleProjectTest {

    private static final Path ROOT = Path.of(System.getProperty("postern.root"));
    private static final Path PROJECT = ROOT.resolve("examples/junit-nat-lab");

    @TempDir
    private Path classes;

    private ClassLoader before;
    private URLClassLoader loader;

    @BeforeEach
    void compile() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> tree = Files.walk(PROJECT.resolve("src"))) {
            List<Path> sources =
                    tree.filter(file -> file.toString().endsWith(".java")).toList();
            boolean compiled = compiler.getTask(
                            null,
                            files,
                            null,
                            List.of(
                                    "-proc:none",
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    System.getProperty("java.class.path")),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).isTrue();
        }
        copyResources();
        before = Thread.currentThread().getContextClassLoader();
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(loader);
    }

    private void copyResources() throws IOException {
        Path resources = PROJECT.resolve("src/test/resources");
        try (Stream<Path> tree = Files.walk(resources)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                Path copy = classes.resolve(resources.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }

    /** All at once, so that labs beside each other are seen too, and the callers of another leave nothing behind. */
    @Test
    void oneTestFailsAndSaysWhyAndNoThreadIsLeft() throws Exception {
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        Path reports = classes.resolve("nat-lab");

        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .configurationParameter(Lab.REPORTS, reports.toString())
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .selectors(selectClass(Class.forName("org.example.dialer.DialerTest", false, loader)))
                .execute();

        results.testEvents().assertStatistics(counts -> counts.succeeded(9).failed(1));
        String text = results.testEvents().failed().stream()
                .map(event -> event.getRequiredPayload(TestExecutionResult.class))
                .map(result -> result.getThrowable().orElseThrow().getMessage())
                .collect(Collectors.joining());
        String name = "dialertest-callsaphoneinamobilenetwork-home-port-x-cgn-sym-seed-1";
        assertThat(text)
                .startsWith("A and B are not connected, but should be connected\n"
                        + "  why: A (behind home-port) and B (behind cgn-sym): none of ")
                .contains(
                        "dropped at B's router: APDF: 198.51.100.74:49152 never contacted from mapping :",
                        "dropped at A's router: APDF: 198.51.100.138:",
                        "; and no relay through server, as neither asked it for one\n",
                        "  lab: home-port x cgn-sym, seed 1; the oracle predicts relay, with a TURN server over UDP\n",
                        "  again: mvn test \"-Dtest=DialerTest#callsAPhoneInAMobileNetwork\" -Dpostern.natlab.seed=1\n",
                        "  report: " + reports.resolve(name + ".html") + "\n")
                .endsWith("  capture: " + reports.resolve(name + ".pcapng"));
        try (Stream<Path> written = Files.list(reports)) {
            assertThat(written)
                    .extracting(Path::getFileName)
                    .extracting(Path::toString)
                    .containsExactlyInAnyOrder(name + ".html", name + ".pcapng");
        }
        assertThat(left(threads)).isEmpty();
    }

    /** It is a project of its own, and so cannot ask ours for them. */
    @Test
    void versionsAreThoseOfTheHouse() throws IOException {
        String ours = Files.readString(ROOT.resolve("pom.xml"));
        String theirs = Files.readString(PROJECT.resolve("pom.xml"));

        assertThat(version(theirs, "ice4j.version")).isEqualTo(version(ours, "ice4j.version"));
        assertThat(version(theirs, "junit.version")).isEqualTo(version(ours, "junit.version"));
        assertThat(version(theirs, "surefire.version")).isEqualTo(version(ours, "surefire-plugin.version"));
        assertThat(version(theirs, "compiler.version")).isEqualTo(version(ours, "compiler-plugin.version"));
        assertThat(version(theirs, "postern.version")).isEqualTo(version(ours, "version"));
    }

    private static String version(String pom, String element) {
        Matcher matcher =
                Pattern.compile("<" + element + ">(.*)</" + element + ">").matcher(pom);
        assertThat(matcher.find()).as(element).isTrue();
        return matcher.group(1);
    }

    @Test
    void codeOfTheDocumentsIsThatOfTheExample() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/nat-sim.md"));
        int section = page.indexOf("\n## In JUnit\n");
        List<String> blocks = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL)
                .matcher(page.substring(section, page.indexOf("\n## ", section + 1)))
                .results()
                .map(block -> block.group(1))
                .toList();

        assertThat(blocks).isNotEmpty();
        assertThat(Files.readString(PROJECT.resolve("src/test/java/org/example/dialer/DialerTest.java")))
                .contains(blocks);
    }

    /** Threads that were not there before, when they have had ten seconds to end. */
    private static List<Thread> left(Set<Thread> before) throws InterruptedException {
        List<Thread> left = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .toList();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        for (Thread thread : left) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
        return left.stream().filter(Thread::isAlive).toList();
    }
}
