package dev.postern.natsim.tester.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.tester.ProbeStream;
import dev.postern.natsim.tester.ProbeTcp.End;
import dev.postern.natsim.tester.ProbeTcp.Events;
import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TCP and TLS of this machine as the tester's probes use them, against servers on loopback. */
@Timeout(60)
class SocketTcpIT {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final long PATIENCE_MILLIS = 20_000;
    private static final String PASSWORD = "changeit";

    private final BlockingQueue<Runnable> posted = new LinkedBlockingQueue<>();
    private Selector selector;
    private SocketTcp tcp;

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        tcp = new SocketTcp(selector, LOOPBACK, posted::add);
    }

    @AfterEach
    void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** What happens to a connection, in words. */
    private static final class Log implements Events {
        private final List<String> said = new ArrayList<>();

        @Override
        public void onOpen(long nowNanos) {
            said.add("open");
        }

        @Override
        public void onData(long nowNanos, ByteBuffer data) {
            said.add(StandardCharsets.US_ASCII.decode(data).toString());
        }

        @Override
        public void onEnd(long nowNanos, End end) {
            said.add(end.name());
        }
    }

    private void runUntil(BooleanSupplier done) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("the patience is over").isNegative();
            selector.select(
                    key -> {
                        if (key.attachment() instanceof SocketTcp.Stream stream) {
                            stream.onReady(key);
                        }
                    },
                    100);
            for (Runnable next = posted.poll(); next != null; next = posted.poll()) {
                next.run();
            }
        }
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    private static TransportAddress at(ServerSocket server) {
        return TransportAddress.of(LOOPBACK, server.getLocalPort());
    }

    /** Not held, and so free for connections that share it. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = server()) {
            return socket.getLocalPort();
        }
    }

    @Test
    void onePortConnectsToSeveralAddresses() throws IOException {
        int port = freePort();
        try (ServerSocket one = server();
                ServerSocket other = server()) {
            Log first = new Log();
            Log second = new Log();
            ProbeStream stream = Objects.requireNonNull(tcp.connect(0, port, at(one), first));
            assertThat(tcp.connect(0, port, at(other), second)).isNotNull();
            runUntil(() -> first.said.contains("open") && second.said.contains("open"));
            try (Socket atOne = one.accept();
                    Socket atOther = other.accept()) {
                assertThat(List.of(atOne.getPort(), atOther.getPort())).containsExactly(port, port);
                stream.send(ByteBuffer.wrap("ask".getBytes(StandardCharsets.US_ASCII)));
                assertThat(new String(atOne.getInputStream().readNBytes(3), StandardCharsets.US_ASCII))
                        .isEqualTo("ask");
                atOne.getOutputStream().write("say".getBytes(StandardCharsets.US_ASCII));
            }
            runUntil(() -> first.said.size() == 3 && second.said.size() == 2);
            assertThat(first.said).containsExactly("open", "say", "CLOSED");
            assertThat(second.said).containsExactly("open", "CLOSED");
        }
    }

    @Test
    void portWithNobodyBehindItRefuses() throws IOException {
        Log log = new Log();
        tcp.connect(0, freePort(), TransportAddress.of(LOOPBACK, freePort()), log);
        runUntil(() -> !log.said.isEmpty());
        assertThat(log.said).containsExactly("REFUSED");
    }

    @Test
    void handshakeIsReachedWhoeverSignedTheCertificateUnlessTheProtocolIsRefused(@TempDir Path folder)
            throws IOException, GeneralSecurityException, InterruptedException {
        Thread accepting;
        try (SSLServerSocket server = tlsServer(folder)) {
            accepting = new Thread(() -> accept(server), "tls-server");
            accepting.start();
            assertThat(reaches(at(server), "")).isTrue();
            assertThat(reaches(at(server), "http/1.1")).isTrue();
            assertThat(reaches(at(server), "stun.turn")).isFalse();
            assertThat(reaches(TransportAddress.of(LOOPBACK, freePort()), "")).isFalse();
        }
        accepting.join();
    }

    private boolean reaches(TransportAddress to, String alpn) throws InterruptedException {
        List<Boolean> ended = new ArrayList<>();
        new SocketTls(posted::add).handshake(to, alpn, (now, reached) -> ended.add(reached));
        posted.take().run();
        return ended.get(0);
    }

    private static void accept(SSLServerSocket server) {
        while (!server.isClosed()) {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
            } catch (IOException over) {
                // a client that does not trust it, or the end of the test
            }
        }
    }

    /** It speaks http/1.1 to those who ask for a protocol. */
    private static SSLServerSocket tlsServer(Path folder)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve("key.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "test",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=somebody",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        server.setSSLParameters(parameters);
        return server;
    }
}
