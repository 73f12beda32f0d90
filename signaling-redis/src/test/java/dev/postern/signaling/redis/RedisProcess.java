package dev.postern.signaling.redis;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A {@code redis-server} on a free port of 127.0.0.1 that writes nothing to a disk. */
final class RedisProcess implements AutoCloseable {

    private static final String LINE = "not found: redis-server (Debian: apt-get install redis-server)";

    private final List<String> command = new ArrayList<>();
    private final int port;
    private Process process;

    private RedisProcess(Path program, int port, List<String> options) throws IOException, InterruptedException {
        this.port = port;
        command.addAll(List.of(program.toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no"));
        command.addAll(options);
        process = run();
    }

    /** Skips or fails the calling test where there is none to start. */
    static RedisProcess start(String... options) throws IOException, InterruptedException {
        int port = freePort();
        List<String> all = new ArrayList<>(List.of("--port", Integer.toString(port)));
        all.addAll(List.of(options));
        return new RedisProcess(program(), port, all);
    }

    /** One that speaks TLS alone, with this certificate, and asks clients for none. */
    static RedisProcess startWithTls(RedisCertificate certificate) throws IOException, InterruptedException {
        int port = freePort();
        List<String> options = List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.file().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-auth-clients",
                "no");
        return new RedisProcess(program(), port, options);
    }

    private static Path program() {
        return Stream.of(environment("PATH").split(Pattern.quote(java.io.File.pathSeparator), -1))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseGet(RedisProcess::missing);
    }

    /** Below the range that systems give to clients, so that no other test gets the port before it is used. */
    private static int freePort() {
        return IntStream.generate(() -> ThreadLocalRandom.current().nextInt(20_000, 32_000))
                .limit(200)
                .filter(RedisProcess::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static Path missing() {
        if (List.of(environment("POSTERN_REQUIRE").split(",", -1)).contains("redis")) {
            return fail(LINE + "; POSTERN_REQUIRE asks for it");
        }
        System.out.println("skipped: " + LINE);
        return Assumptions.abort(LINE);
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    private Process run() throws IOException, InterruptedException {
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!answers()) {
            if (System.nanoTime() - deadline > 0 || started.waitFor(20, TimeUnit.MILLISECONDS)) {
                started.destroyForcibly();
                return fail("redis-server does not come up");
            }
        }
        return started;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    URI url() {
        return URI.create("redis://127.0.0.1:" + port);
    }

    URI tlsUrl() {
        return URI.create("rediss://127.0.0.1:" + port);
    }

    URI urlWith(String password) {
        return URI.create("redis://:" + password + "@127.0.0.1:" + port);
    }

    /** Ends it as kill -9 does: what it held is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again, empty, on the same port. */
    void startAgain() throws IOException, InterruptedException {
        process = run();
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
