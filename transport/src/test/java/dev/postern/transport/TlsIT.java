package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS listeners, and one port for TCP and TLS. */
@ExtendWith(NoLeaks.class)
class TlsIT {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final StreamIntake INTAKE =
            StreamIntake.PLAIN.withApplicationProtocols("stun.turn", "stun.nat-discovery");

    private static @Nullable TestCertificate certificate;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = TestCertificate.make();
    }

    private static TestCertificate certificate() {
        return Objects.requireNonNull(certificate);
    }

    @AfterEach
    void everyBufferWasReleased() throws InterruptedException {
        Eventually.holds(
                "every buffer is released",
                () -> allocator.metric().usedDirectMemory() == 0
                        && allocator.metric().usedHeapMemory() == 0);
    }

    private Shards start(String scheme, StreamIntake intake, StreamLimits limits) throws Exception {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse(scheme + "://127.0.0.1:0"))
                .shards(2)
                .streamLimits(limits)
                .intake(intake.withTls(certificate().serverContext()))
                .build();
        return Shards.start(
                config,
                shard -> {
                    ToyHandler toy = new ToyHandler(shard);
                    toys.add(toy);
                    return toy;
                },
                allocator);
    }

    private Shards start(String scheme) throws Exception {
        return start(scheme, INTAKE, StreamLimits.DEFAULT);
    }

    private static TransportAddress server(Shards shards) {
        return shards.addresses().get(0).address();
    }

    private static SSLSocket connect(Shards shards, String... alpn) throws Exception {
        SSLSocket socket = (SSLSocket) certificate()
                .clientContext()
                .getSocketFactory()
                .createSocket("127.0.0.1", server(shards).port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static void echo(Socket socket, int number) throws IOException {
        byte[] request = StreamClient.stun(number, 8);
        socket.getOutputStream().write(request);
        assertThat(socket.getInputStream().readNBytes(request.length)).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void rfc8489_024_framesComeAndGoOverTls(String version) throws Exception {
        try (Shards shards = start("tls")) {
            FiveTuple path;
            try (SSLSocket socket = connect(shards)) {
                socket.setEnabledProtocols(new String[] {version});
                for (int i = 0; i < 20; i++) {
                    echo(socket, i);
                }
                byte[] data = StreamClient.channelData(0, 1, 2, 3, 4, 5);
                socket.getOutputStream().write(data);
                assertThat(socket.getInputStream().readNBytes(data.length)).isEqualTo(data);
                assertThat(socket.getSession().getProtocol()).isEqualTo(version);
                path = toys.stream()
                        .flatMap(toy -> toy.paths.stream())
                        .findFirst()
                        .orElseThrow();
                assertThat(path.protocol()).isEqualTo(TransportProtocol.TLS);
                assertThat(path.client().port()).isEqualTo(socket.getLocalPort());
                assertThat(shards.count(TransportCounter.TLS_HANDSHAKES)).isEqualTo(1);
            }
            Eventually.holds(
                    "the close is told", () -> toys.stream().anyMatch(toy -> toy.events.contains("closed " + path)));
        }
    }

    /** coturn's test client loses what it does not find at the beginning of a record. */
    @Test
    void eachMessageIsARecordOfItsOwn() throws Exception {
        try (Shards shards = start("tls");
                SSLSocket socket = connect(shards)) {
            ByteBuffer three = ByteBuffer.allocate(28 + 28 + 8);
            three.put(StreamClient.stun(1, 8)).put(StreamClient.stun(2, 8)).put(StreamClient.channelData(0, 1, 2, 3));
            socket.getOutputStream().write(three.array());
            List<Integer> sizes = new ArrayList<>();
            byte[] buffer = new byte[1000];
            for (int i = 0; i < 3; i++) {
                sizes.add(socket.getInputStream().read(buffer)); // the JDK's socket gives one record at most
            }
            assertThat(sizes).containsExactly(28, 28, 8);
        }
    }

    @Test
    void aLargeFlowArrivesWholeAndInOrder() throws Exception {
        try (Shards shards = start("tls");
                SSLSocket socket = connect(shards)) {
            byte[] request = StreamClient.stun(1, 1200);
            socket.startHandshake();
            Thread writer = new Thread(() -> {
                try {
                    for (int i = 0; i < 1000; i++) {
                        socket.getOutputStream().write(request);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            for (int i = 0; i < 1000; i++) {
                assertThat(socket.getInputStream().readNBytes(request.length)).isEqualTo(request);
            }
            writer.join();
        }
    }

    /** The versions of RFC 8996: their ClientHello is answered with the alert protocol_version, and nothing else. */
    @ParameterizedTest
    @CsvSource({"0301", "0302"})
    void rfc8489_024_olderVersionsOfTlsAreRefused(String version) throws Exception {
        try (Shards shards = start("tls");
                StreamClient client = new StreamClient(server(shards))) {
            client.send(clientHello(version));
            byte[] record = client.readExactly(7);
            assertThat(record[0]).as("alert").isEqualTo((byte) 21);
            assertThat(record[5]).as("fatal").isEqualTo((byte) 2);
            assertThat(record[6]).as("protocol_version").isEqualTo((byte) 70);
            assertThat(client.readToEnd()).isZero();
            Eventually.holds("the failure is counted", () -> shards.count(TransportCounter.TLS_HANDSHAKES_FAILED) == 1);
            assertThat(shards.count(TransportCounter.STREAMS_OPENED)).isZero();
        }
    }

    /** What a client says that knows nothing newer than this version. */
    private static byte[] clientHello(String version) throws IOException {
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(hello);
        out.write(HexFormat.of().parseHex(version));
        out.write(new byte[32]); // random
        out.write(0); // no session
        out.write(HexFormat.of().parseHex("0004" + "c013" + "002f")); // two suites of that time
        out.write(HexFormat.of().parseHex("0100")); // no compression
        out.write(HexFormat.of().parseHex("000e" + "000a00040002" + "0017" + "000b00020100")); // curve, point format
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        DataOutputStream framed = new DataOutputStream(record);
        framed.write(HexFormat.of().parseHex("16" + version));
        framed.writeShort(hello.size() + 4);
        framed.writeInt(0x01 << 24 | hello.size());
        framed.write(hello.toByteArray());
        return record.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "stun.turn,stun.turn",
        "stun.nat-discovery,stun.nat-discovery",
        "h2 stun.nat-discovery stun.turn,stun.turn"
    })
    void rfc7443_122_theProtocolThatIsAskedForIsSelected(String offered, String selected) throws Exception {
        try (Shards shards = start("tls");
                SSLSocket socket = connect(shards, offered.split(" "))) {
            echo(socket, 1);
            assertThat(socket.getApplicationProtocol()).isEqualTo(selected);
        }
    }

    @Test
    void rfc7443_122_whoAsksForNoProtocolIsLetIn() throws Exception {
        try (Shards shards = start("tls");
                SSLSocket socket = connect(shards)) {
            echo(socket, 1);
            assertThat(socket.getApplicationProtocol()).isEmpty();
        }
    }

    @Test
    void rfc7443_122_whoAsksForAnotherProtocolIsRefused() throws Exception {
        try (Shards shards = start("tls");
                SSLSocket socket = connect(shards, "h2", "http/1.1")) {
            assertThatThrownBy(() -> echo(socket, 1))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void onePortTakesTlsAndPlainTcp() throws Exception {
        try (Shards shards = start("tcp+tls");
                SSLSocket secure = connect(shards);
                StreamClient plain = new StreamClient(server(shards))) {
            echo(secure, 1);
            plain.send(StreamClient.stun(2));
            assertThat(plain.readFrame()).isEqualTo(StreamClient.stun(2));
            plain.send(StreamClient.channelData(0, 7));
            assertThat(plain.readFrame()).isEqualTo(StreamClient.channelData(0, 7));
            assertThat(toys.stream().flatMap(toy -> toy.paths.stream()).map(FiveTuple::protocol))
                    .contains(TransportProtocol.TLS, TransportProtocol.TCP);
        }
    }

    @Test
    void plainTextOnATlsPortIsClosedAndNoShardHearsOfIt() throws Exception {
        try (Shards shards = start("tls");
                StreamClient client = new StreamClient(server(shards))) {
            client.send(StreamClient.stun(1));
            client.readToEnd();
            Eventually.holds("the failure is counted", () -> shards.count(TransportCounter.TLS_HANDSHAKES_FAILED) == 1);
            assertThat(shards.count(TransportCounter.STREAMS_OPENED)).isZero();
            assertThat(shards.count(TransportCounter.HANDLER_FAILURES)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"tls,''", "tls,16030300c8", "tcp+tls,''", "tcp+tls,16"})
    void s18_whoDoesNotFinishTheHandshakeIsClosed(String scheme, String sent) throws Exception {
        StreamLimits limits =
                StreamLimits.DEFAULT.withTimeouts(Duration.ofMinutes(1), Duration.ofMillis(300), Duration.ofMinutes(1));
        try (Shards shards = start(scheme, INTAKE.withHandshakes(Duration.ofMillis(300), 32), limits);
                StreamClient client = new StreamClient(server(shards))) {
            client.send(HexFormat.of().parseHex(sent));
            client.readToEnd();
            Eventually.holds(
                    "the reason is counted",
                    () -> shards.count(TransportCounter.TLS_HANDSHAKES_FAILED)
                                    + shards.count(TransportCounter.STREAMS_CLOSED_SLOW_FRAME)
                            == 1);
        }
    }

    /** What a client that speaks TLS begins with. */
    private static byte[] firstFlight() throws Exception {
        SSLEngine engine = certificate().clientContext().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return ToyHandler.bytes(hello.flip());
    }

    @Test
    void s18_oneSourceHasFewHandshakesUnderWay() throws Exception {
        List<StreamClient> slow = new ArrayList<>();
        try (Shards shards = start("tls", INTAKE.withHandshakes(Duration.ofSeconds(30), 3), StreamLimits.DEFAULT)) {
            for (int i = 0; i < 3; i++) {
                slow.add(new StreamClient(server(shards)));
                slow.get(i).send(firstFlight());
                slow.get(i).readExactly(1); // it is under way
            }
            try (StreamClient fourth = new StreamClient(server(shards))) {
                fourth.readToEnd();
            }
            assertThat(shards.count(TransportCounter.TLS_HANDSHAKES_REFUSED)).isEqualTo(1);
            slow.remove(0).close();
            Eventually.holds("there is room again", () -> {
                try (SSLSocket socket = connect(shards)) {
                    echo(socket, 1);
                    return true;
                } catch (Exception e) {
                    return false;
                }
            });
            for (StreamClient client : slow) {
                client.close();
            }
        }
    }
}
