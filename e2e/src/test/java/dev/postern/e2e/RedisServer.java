package dev.postern.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code redis-server} on a free port of 127.0.0.1 that writes nothing to a disk: killed and started again, it is empty. */
final class RedisServer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS = 200;

    private final Path binary;
    private final int port = FreePort.pick();
    private final @Nullable TestCertificate certificate;
    private Program program;

    private RedisServer(Path binary, @Nullable TestCertificate certificate) throws InterruptedException {
        this.binary = binary;
        this.certificate = certificate;
        this.program = run();
    }

    static RedisServer start() throws InterruptedException {
        return new RedisServer(Requirement.REDIS.need(), null);
    }

    /** One that speaks TLS alone, with this certificate. */
    static RedisServer startWithTls(TestCertificate certificate) throws InterruptedException {
        return new RedisServer(Requirement.REDIS.need(), certificate);
    }

    private Program run() throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(binary.toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--save", "", "--appendonly", "no"));
        command.addAll(listen());
        Program started = Program.start(command);
        Eventually.holds(START, this::answers, started::output);
        return started;
    }

    private List<String> listen() {
        String number = Integer.toString(port);
        if (certificate == null) {
            return List.of("--port", number);
        }
        String file = certificate.certificate().toString();
        String key = certificate.key().toString();
        List<String> listen = new ArrayList<>(List.of("--port", "0", "--tls-port", number));
        listen.addAll(List.of("--tls-cert-file", file, "--tls-key-file", key, "--tls-auth-clients", "no"));
        return listen;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return (certificate == null ? "redis" : "rediss") + "://127.0.0.1:" + port;
    }

    /** Ends it as kill -9 does. */
    void kill() {
        program.close();
    }

    void startAgain() throws InterruptedException {
        program = run();
    }

    @Override
    public void close() {
        program.close();
    }
}
