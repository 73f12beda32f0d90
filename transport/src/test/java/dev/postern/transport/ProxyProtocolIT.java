package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections from load balancers, which say in a PROXY protocol header for whom they are. */
@ExtendWith(NoLeaks.class)
class ProxyProtocolIT {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static final StreamLimits QUICK =
            StreamLimits.DEFAULT.withTimeouts(Duration.ofMinutes(1), Duration.ofMillis(300), Duration.ofMinutes(1));

    private final List<ToyHandler> toys = new CopyOnWriteArrayList<>();

    private Shards start(String scheme, StreamIntake intake, StreamLimits limits) {
        ShardsConfig config = ShardsConfig.builder()
                .name("postern-test")
                .listen(ListenAddress.parse(scheme + "://127.0.0.1:0"))
                .shards(1)
                .streamLimits(limits)
                .intake(intake.withProxyProtocolFrom(List.of(IpPrefix.parse("127.0.0.0/30"))))
                .build();
        return Shards.start(config, shard -> {
            ToyHandler toy = new ToyHandler(shard);
            toys.add(toy);
            return toy;
        });
    }

    private Shards start() {
        return start("tcp", StreamIntake.PLAIN, StreamLimits.DEFAULT);
    }

    private static TransportAddress server(Shards shards) {
        return shards.addresses().get(0).address();
    }

    private FiveTuple path() {
        return Objects.requireNonNull(toys.get(0).paths.peek());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of(ascii("PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n"), "198.51.100.7:40000"),
                Arguments.of(ascii("PROXY TCP6 2001:db8::7 2001:db8::9 40000 443\r\n"), "[2001:db8::7]:40000"),
                Arguments.of(ascii("PROXY TCP6 ::ffff:198.51.100.7 2001:db8::9 40000 443\r\n"), "198.51.100.7:40000"),
                Arguments.of(
                        hex(SIGNATURE + "2111000c" + "c6336407" + "cb007109" + "9c40" + "01bb"), "198.51.100.7:40000"),
                // with a TLV behind the addresses: 0x04 (no-op), three bytes
                Arguments.of(
                        hex(SIGNATURE + "21110012" + "c6336407" + "cb007109" + "9c40" + "01bb" + "040003aabbcc"),
                        "198.51.100.7:40000"),
                Arguments.of(
                        hex(SIGNATURE + "21210024" + "20010db8000000000000000000000007"
                                + "20010db8000000000000000000000009" + "9c40" + "01bb"),
                        "[2001:db8::7]:40000"));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void theClientIsWhoTheHeaderSays(byte[] header, String client) throws Exception {
        try (Shards shards = start();
                StreamClient balancer = new StreamClient(server(shards))) {
            ByteBuffer together =
                    ByteBuffer.allocate(header.length + 20).put(header).put(StreamClient.stun(1));
            balancer.send(together.array());
            assertThat(balancer.readFrame()).isEqualTo(StreamClient.stun(1));
            assertThat(path().client()).isEqualTo(TransportAddress.parse(client));
            assertThat(path().server().port()).isEqualTo(443);
            balancer.send(StreamClient.stun(2));
            assertThat(balancer.readFrame()).isEqualTo(StreamClient.stun(2));
        }
    }

    @Test
    void aHeaderThatComesByteByByteIsTheSameHeader() throws Exception {
        try (Shards shards = start();
                StreamClient balancer = new StreamClient(server(shards))) {
            for (byte one : ascii("PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n")) {
                balancer.send(new byte[] {one});
            }
            balancer.send(StreamClient.stun(1));
            assertThat(balancer.readFrame()).isEqualTo(StreamClient.stun(1));
            assertThat(path().client()).isEqualTo(TransportAddress.parse("198.51.100.7:40000"));
        }
    }

    @Test
    void theBalancersOwnCheckIsItself() throws Exception {
        try (Shards shards = start();
                StreamClient balancer = new StreamClient(server(shards))) {
            balancer.send(hex(SIGNATURE + "20000000"));
            balancer.send(StreamClient.stun(1));
            assertThat(balancer.readFrame()).isEqualTo(StreamClient.stun(1));
            assertThat(path().client()).isEqualTo(balancer.address());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000100002112a442000000000000000000000000", // a Binding request
                "50524f58592054435034206e6f7420616e206164647265737320312032200d0a", // PROXY TCP4 not an address
                "50524f585920554e4b4e4f574e0d0a", // PROXY UNKNOWN: not for whom
                SIGNATURE + "2112000cc6336407cb0071099c4001bb", // a datagram's
                SIGNATURE + "31110000" // version 3
            })
    void aBalancerWithoutAHeaderIsClosed(String sent) throws Exception {
        try (Shards shards = start("tcp", StreamIntake.PLAIN, QUICK);
                StreamClient balancer = new StreamClient(server(shards))) {
            balancer.send(hex(sent));
            assertThat(balancer.readToEnd()).isZero();
            Eventually.holds(
                    "it is counted",
                    () -> shards.count(TransportCounter.PROXY_HEADERS_REFUSED)
                                    + shards.count(TransportCounter.STREAMS_CLOSED_SLOW_FRAME)
                            == 1);
            assertThat(shards.count(TransportCounter.STREAMS_OPENED)).isZero();
        }
    }

    @Test
    void aHeaderThatDoesNotEndIsClosedInTime() throws Exception {
        try (Shards shards = start("tcp", StreamIntake.PLAIN, QUICK);
                StreamClient balancer = new StreamClient(server(shards))) {
            balancer.send(ascii("PROXY TCP4 198.51.100.7"));
            assertThat(balancer.readToEnd()).isZero();
            Eventually.holds("it is counted", () -> shards.count(TransportCounter.STREAMS_CLOSED_SLOW_FRAME) == 1);
        }
    }

    @Test
    void fromElsewhereAHeaderIsNoFrame() throws Exception {
        try (Shards shards = start();
                StreamClient stranger = new StreamClient(server(shards), "127.0.0.9")) {
            stranger.send(hex(SIGNATURE + "2111000cc6336407cb0071099c4001bb"));
            assertThat(stranger.readToEnd()).isZero();
            Eventually.holds("it is counted", () -> shards.count(TransportCounter.STREAMS_CLOSED_BAD_FRAME) == 1);
            try (StreamClient other = new StreamClient(server(shards), "127.0.0.9")) {
                other.send(StreamClient.stun(1));
                assertThat(other.readFrame()).isEqualTo(StreamClient.stun(1));
                assertThat(path().client()).isEqualTo(other.address());
            }
        }
    }

    @Test
    void theLimitPerSourceIsForTheClientAndNotForTheBalancer() throws Exception {
        try (Shards shards = start("tcp", StreamIntake.PLAIN, StreamLimits.DEFAULT.withStreams(100, 1));
                StreamClient first = new StreamClient(server(shards));
                StreamClient again = new StreamClient(server(shards));
                StreamClient other = new StreamClient(server(shards))) {
            first.send(ascii("PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n"));
            first.send(StreamClient.stun(1));
            first.readFrame();
            again.send(ascii("PROXY TCP4 198.51.100.7 203.0.113.9 40001 443\r\n"));
            assertThat(again.readToEnd()).isZero();
            other.send(ascii("PROXY TCP4 198.51.100.8 203.0.113.9 40000 443\r\n"));
            other.send(StreamClient.stun(2));
            other.readFrame();
            assertThat(shards.count(TransportCounter.STREAMS_REFUSED_SOURCE)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "tcp+tls"})
    void tlsBeginsBehindTheHeader(String scheme) throws Exception {
        TestCertificate certificate = TestCertificate.make();
        StreamIntake intake = StreamIntake.PLAIN.withTls(certificate.serverContext());
        try (Shards shards = start(scheme, intake, StreamLimits.DEFAULT);
                StreamClient balancer = new StreamClient(server(shards))) {
            balancer.send(ascii("PROXY TCP4 198.51.100.7 203.0.113.9 40000 443\r\n"));
            try (SSLSocket secure = (SSLSocket) certificate
                    .clientContext()
                    .getSocketFactory()
                    .createSocket(balancer.socket(), "localhost", 443, false)) {
                secure.getOutputStream().write(StreamClient.stun(1));
                assertThat(secure.getInputStream().readNBytes(20)).isEqualTo(StreamClient.stun(1));
            }
            assertThat(path()).hasToString("TLS 198.51.100.7:40000 -> 203.0.113.9:443");
        }
    }
}
