package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a thread, a socket or a Netty buffer behind. Sockets are counted in {@code /proc/self/fd}; where
 * that is not there, they are not.
 */
final class NoLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static { // the JDK keeps a socket pair of its own from the first close on
        try {
            DatagramChannel.open().close();
            SocketChannel.open().close();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Set<Thread> threadsBefore = new HashSet<>();
    private final Set<String> socketsBefore = new HashSet<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        threadsBefore.addAll(Thread.getAllStackTraces().keySet());
        socketsBefore.addAll(sockets());
        RecordingLeakDetector.LEAKS.clear();
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        Eventually.holds("no thread is left", () -> newThreads().isEmpty());
        Eventually.holds("no socket is left", () -> socketsBefore.containsAll(sockets()));
        System.gc();
        for (int i = 0; i < 10; i++) { // Netty reports a leak when the next buffer is made
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
        assertThat(RecordingLeakDetector.LEAKS).as("leaked buffers").isEmpty();
    }

    private Set<Thread> newThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread) && thread.isAlive())
                .filter(thread -> thread.getName().startsWith("postern"))
                .collect(Collectors.toSet());
    }

    private static Set<String> sockets() {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return Set.of();
        }
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            return links.map(NoLeaks::target)
                    .filter(target -> target.startsWith("socket:"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            return Set.of();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) { // closed meanwhile
            return "";
        }
    }
}
