package dev.postern.natsim.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The module on class paths as users have them: in any order, and without ice4j. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClassPathTest {

    @TempDir
    Path folder;

    @Test
    void orderOfTheClassPathDoesNotMatterToVirtualTime() throws Exception {
        try (URLClassLoader loader = loader(jitsiUtilsFirst())) {
            assertThat(areTimersOurs(loader)).isTrue();
            assertThat(Class.forName("org.jitsi.utils.concurrent.ExecutorFactory", false, loader)
                            .getClassLoader())
                    .isSameAs(loader);
        }
    }

    @Test
    void iceThatWasUsedBeforeKeepsItsTimers() throws Exception {
        try (URLClassLoader loader = loader(jitsiUtilsFirst())) {
            Class.forName("org.jitsi.utils.concurrent.ExecutorFactory", true, loader);

            assertThat(areTimersOurs(loader)).isFalse();
        }
    }

    @Test
    void withoutIce4jThereAreStillSockets() throws Exception {
        List<Path> path =
                classPath().filter(entry -> !isOf(entry, "/org/jitsi/")).toList();
        try (URLClassLoader loader = loader(path)) {
            Method meet =
                    Class.forName(PlainSockets.class.getName(), true, loader).getDeclaredMethod("meet");
            meet.setAccessible(true);

            assertThat(meet.invoke(null)).isEqualTo("direct");
        }
    }

    @Test
    void testsWithoutIce4jCompile() throws IOException {
        Path source = Files.writeString(folder.resolve("Own.java"), """
                class Own {
                    @dev.postern.natsim.junit.NatLab("open x open")
                    void test(dev.postern.natsim.junit.Lab lab) throws Exception {
                        lab.a().socket().close();
                    }
                }
                """);
        List<String> path = classPath()
                .filter(entry -> !isOf(entry, "/org/jitsi/"))
                .map(Path::toString)
                .toList();

        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", String.join(File.pathSeparator, path), source.toString());

        assertThat(result).isZero();
    }

    /** Run where ice4j is not. */
    static final class PlainSockets {

        private PlainSockets() {}

        static String meet() throws IOException {
            Lab lab = new Lab(new LabRun(Nats.parse("open x full"), false, 1, "Own#test", null), new LabClock());
            try {
                DatagramSocket a = lab.a().socket(5000);
                DatagramSocket b = lab.b().socket(5000);
                b.send(new DatagramPacket(new byte[1], 1, lab.a().outside(), 5000));
                DatagramPacket received = new DatagramPacket(new byte[1], 1);
                a.receive(received);
                a.send(received);
                b.receive(received);
                return lab.outcome().label();
            } finally {
                lab.close();
            }
        }
    }

    private static boolean areTimersOurs(ClassLoader loader) throws ReflectiveOperationException {
        Method question =
                Class.forName(Ice4jTimers.class.getName(), true, loader).getDeclaredMethod("areOurs");
        question.setAccessible(true);
        return (boolean) question.invoke(null);
    }

    private static List<Path> jitsiUtilsFirst() {
        List<Path> path = new ArrayList<>(classPath().toList());
        path.sort(Comparator.comparing(entry -> !isOf(entry, "jitsi-utils")));
        assertThat(path.get(0).toString()).contains("jitsi-utils");
        return path;
    }

    private static Stream<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    private static boolean isOf(Path entry, String name) {
        return entry.toString().contains(name);
    }

    private static URLClassLoader loader(List<Path> path) throws MalformedURLException {
        List<URL> urls = new ArrayList<>();
        for (Path entry : path) {
            urls.add(entry.toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
