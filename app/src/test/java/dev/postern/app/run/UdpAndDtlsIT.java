package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.dtls.ClientHello;
import dev.postern.app.tls.CertificateFiles;
import dev.postern.app.tls.PemPair;
import dev.postern.conformance.Conformance;
import dev.postern.conformance.Credentials;
import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import dev.postern.conformance.Target;
import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** UDP and DTLS on one port (RFC 7983), through the configuration: STUN, ChannelData and DTLS, each as if it were alone. */
class UdpAndDtlsIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int WAIT_MILLIS = 20_000;
    private static final int SILENCE_MILLIS = 300;
    private static final int FLOOD = 20_000;
    private static final int FLOOD_AT_A_TIME =
            100; // fits the receive buffer of a stock kernel: the Binding is not sent again
    private static final int FORBIDDEN = 403;
    private static final String PASSWORD = "fixed password";

    private static TransportAddress server = TransportAddress.parse("127.0.0.1:0");
    private static Servers servers;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        CertificateFiles files = PemPair.make(folder, "EC", "localhost").write(folder, "localhost");
        try (DatagramSocket free = loopback()) {
            server = TransportAddress.parse("127.0.0.1:" + free.getLocalPort());
        }
        servers = Servers.start(
                plan(
                        "turn.listen=udp://" + server + ",dtls://" + server,
                        "turn.relay-address=127.0.0.1",
                        "turn.allow-peers=127.0.0.1/32",
                        "turn.users.ann=" + PASSWORD,
                        "turn.tls-host=localhost",
                        "tls.certificate=" + files.certificate(),
                        "tls.key=" + files.key()),
                new LocalHost(),
                InstantSource.system());
    }

    @AfterAll
    static void stop() throws Exception {
        if (servers != null) {
            assertThat(servers.close(DEADLINE)).isTrue();
        }
    }

    private static Plan plan(String... sets) throws ConfigException {
        return Plan.of(
                ConfigSources.of(null, Map.of(), List.of(sets)).read(),
                EnumSet.allOf(Part.class),
                "serve",
                new LocalHost());
    }

    private static DatagramSocket loopback() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(WAIT_MILLIS);
        return socket;
    }

    private static StunTestClient overUdp() throws IOException {
        return new StunTestClient(new ListenAddress(TransportProtocol.UDP, server));
    }

    private static StunTestClient overDtls() throws Exception {
        return StunTestClient.overDtls(new ListenAddress(TransportProtocol.DTLS, server));
    }

    private static byte[] ask(DatagramSocket socket, byte[] question) throws IOException {
        socket.send(new DatagramPacket(question, question.length, server.toSocketAddress()));
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        assertThat(packet.getSocketAddress()).isEqualTo(server.toSocketAddress());
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void bothUrlsNameTheOnePort() {
        assertThat(servers.turnAddresses())
                .extracting(ListenAddress::toString)
                .containsExactly("udp://" + server, "dtls://" + server);
        assertThat(servers.iceUrls().turn())
                .containsExactly(
                        "turn:" + server + "?transport=udp", "turns:localhost:" + server.port() + "?transport=udp");
    }

    @Test
    void aClientOverDtlsAndOneOverUdpAllocateAndRelayAtTheSameTime() throws Exception {
        Thread echo;
        try (StunTestClient udp = overUdp();
                StunTestClient dtls = overDtls();
                DatagramSocket peer = loopback()) {
            TransportAddress peerAddress = TransportAddress.parse("127.0.0.1:" + peer.getLocalPort());
            for (StunTestClient client : List.of(udp, dtls)) {
                assertThat(client.allocate("ann", PASSWORD).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                assertThat(client.bindChannel(ChannelData.MIN_NUMBER, peerAddress)
                                .messageClass())
                        .isEqualTo(MessageClass.SUCCESS_RESPONSE);
            }
            echo = new Thread(() -> echo(peer));
            echo.start();
            for (int i = 0; i < 20; i++) {
                for (StunTestClient client : List.of(udp, dtls)) {
                    byte[] message = channelData(i);
                    assertThat(client.exchange(message)).isEqualTo(ByteBuffer.wrap(message));
                }
            }
        }
        echo.join();
    }

    private static byte[] channelData(int number) {
        byte[] message = new byte[ChannelData.HEADER_BYTES + 4];
        ChannelData.putHeader(ByteBuffer.wrap(message), 0, ChannelData.MIN_NUMBER, 4);
        message[ChannelData.HEADER_BYTES] = (byte) number;
        return message;
    }

    private static void echo(DatagramSocket peer) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        try {
            while (!peer.isClosed()) {
                peer.receive(packet);
                peer.send(packet);
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    /** All four ranges, as the conformance kit looks at any server. */
    @Test
    void case124_passesWithNoRangeLeftOut() {
        Target target = Target.builder("localhost")
                .at(TransportProtocol.UDP, server)
                .users(new Credentials("ann", PASSWORD), null)
                .peers(List.of(IpAddress.parse("127.0.0.1")))
                .build();
        List<Result> results = Conformance.run(target, number -> number == 124, false, result -> {});
        assertThat(results).hasSize(1);
        assertThat(results.get(0).outcome())
                .as(results.get(0).transcript().toString())
                .isInstanceOf(Outcome.Pass.class);
        assertThat(results.get(0).transcript().toString()).doesNotContain("is skipped");
    }

    @Test
    void case124_eachFirstByteThatIsNoProtocolsIsDroppedAndThoseOfDtlsThatAreNoRecordToo() throws Exception {
        try (DatagramSocket socket = loopback()) {
            for (int first = 4; first < 256; first++) {
                byte[] datagram = new byte[100];
                datagram[0] = (byte) first;
                socket.send(new DatagramPacket(datagram, datagram.length, server.toSocketAddress()));
            }
            socket.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[100], 100)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void s18_theCookieOfOneAddressIsNoUseAtAnotherAndIsNoLongerThanTheQuestion() throws Exception {
        try (DatagramSocket owner = loopback();
                DatagramSocket thief = loopback()) {
            byte[] hello = ClientHello.of(ClientHello.DTLS_1_2, 1, 0);
            byte[] verify = ask(owner, hello);
            assertThat(ClientHello.typeOf(verify)).isEqualTo(ClientHello.HELLO_VERIFY_REQUEST);
            assertThat(verify).hasSizeLessThanOrEqualTo(hello.length);
            byte[] again = ClientHello.of(ClientHello.DTLS_1_2, 1, 1, ClientHello.cookieOf(verify));
            assertThat(ClientHello.typeOf(ask(thief, again))).isEqualTo(ClientHello.HELLO_VERIFY_REQUEST);
            assertThat(ClientHello.typeOf(ask(owner, again))).isEqualTo(ClientHello.SERVER_HELLO);
        }
    }

    @Test
    void s18_aFloodOfHellosDoesNotHoldUpUdp() throws Exception {
        try (DatagramSocket flood = loopback();
                StunTestClient udp = overUdp()) {
            assertThat(udp.allocate("ann", PASSWORD).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            for (int i = 0; i < FLOOD; i++) {
                byte[] hello = ClientHello.of(ClientHello.DTLS_1_2, i, 0);
                flood.send(new DatagramPacket(hello, hello.length, server.toSocketAddress()));
                if (i % FLOOD_AT_A_TIME == 0) {
                    assertThat(udp.bind().messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                }
            }
        }
    }

    @Test
    void noPeerIsTheSharedPort() throws Exception {
        try (StunTestClient udp = overUdp();
                StunTestClient dtls = overDtls()) {
            for (StunTestClient client : List.of(udp, dtls)) {
                assertThat(client.allocate("ann", PASSWORD).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                StunMessage refused = client.bindChannel(ChannelData.MIN_NUMBER, server);
                assertThat(refused.errorCode(refused.indexOf(AttributeType.ERROR_CODE)))
                        .isEqualTo(FORBIDDEN);
            }
        }
    }
}
