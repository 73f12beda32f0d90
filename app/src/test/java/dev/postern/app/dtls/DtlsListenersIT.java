package dev.postern.app.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.tls.CertificateFiles;
import dev.postern.app.tls.PemPair;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A DTLS port, met by the JDK's DTLS client and by single datagrams: what is kept when, and what is answered. */
class DtlsListenersIT {

    private static final int MOST = 100;
    private static final int FORGED = 100_000;
    private static final int FORGED_AT_A_TIME = 1000;
    private static final int SILENCE_MILLIS = 300;
    private static final int WAIT_MILLIS = 20_000;

    private static List<CertificateFiles> files = List.of();
    private static @Nullable TlsCertificates certificates;

    private final Clients clients = new Clients();
    private final DtlsListeners listeners = new DtlsListeners(Objects.requireNonNull(certificates));
    private DtlsListener port = open(MOST);

    @BeforeAll
    static void makeCertificates(@TempDir Path folder) throws Exception {
        files = List.of(
                PemPair.make(folder, "EC", "ec.example").write(folder, "ec"),
                PemPair.make(folder, "RSA", "rsa.example").write(folder, "rsa"));
        certificates = TlsCertificates.load(files);
    }

    private DtlsListener open(int most) {
        try {
            return (DtlsListener) listeners.open(TransportAddress.parse("127.0.0.1:0"), most, clients);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void nobodyIsKnown() {
        assertThat(port.known()).isZero();
    }

    @AfterEach
    void close() {
        port.close();
        listeners.close();
    }

    /** Takes everybody in, or nobody; what is said is sent back, and what happens is written down. */
    private static final class Clients implements DtlsPorts.Sessions {

        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<DtlsPorts.Wire> wires = new LinkedBlockingQueue<>();
        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger overflowed = new AtomicInteger();
        private volatile boolean full;

        @Override
        public DtlsPorts.@Nullable Session admit(
                TransportAddress server, TransportAddress client, DtlsPorts.Wire wire) {
            asked.incrementAndGet();
            if (full) {
                return null;
            }
            wires.add(wire);
            return new DtlsPorts.Session() {
                @Override
                public void established() {
                    events.add("established");
                }

                @Override
                public void onDatagram(ByteBuffer datagram) {
                    byte[] copy = new byte[datagram.remaining()];
                    datagram.get(copy);
                    if (!wire.send(ByteBuffer.wrap(copy))) {
                        events.add("dropped");
                    }
                }

                @Override
                public void ended() {
                    events.add("ended");
                }
            };
        }

        @Override
        public void overflowed() {
            overflowed.incrementAndGet();
        }

        void expect(String event) throws InterruptedException {
            assertThat(events.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(event);
        }
    }

    private DtlsTestClient connect(String host) throws Exception {
        return new DtlsTestClient(port.address(), host);
    }

    private DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        socket.connect(port.address().toSocketAddress());
        socket.setSoTimeout(WAIT_MILLIS);
        return socket;
    }

    private static byte[] ask(DatagramSocket socket, byte[] question) throws IOException {
        socket.send(new DatagramPacket(question, question.length));
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void recordsAreDatagramsBothWaysUntilTheClientSaysGoodbye() throws Exception {
        try (DtlsTestClient client = connect("ec.example")) {
            clients.expect("established");
            for (int bytes : new int[] {1, 100, 1200}) {
                byte[] datagram = new byte[bytes];
                Arrays.fill(datagram, (byte) bytes);
                client.send(datagram);
                assertThat(client.next()).isEqualTo(ByteBuffer.wrap(datagram));
            }
            assertThat(port.known()).isEqualTo(1);
        }
        clients.expect("ended");
        assertThat(port.known()).isZero();
    }

    @Test
    void aClientGetsTheCertificateForItsNameWithForwardSecrecy() throws Exception {
        try (DtlsTestClient ec = connect("ec.example");
                DtlsTestClient rsa = connect("rsa.example");
                DtlsTestClient other = connect("elsewhere.example")) {
            assertThat(List.of(ec, rsa, other))
                    .extracting(
                            client -> client.shown().getSubjectX500Principal().getName())
                    .containsExactly("CN=ec.example", "CN=rsa.example", "CN=ec.example");
            assertThat(List.of(ec, rsa))
                    .extracting(DtlsTestClient::cipherSuite)
                    .allMatch(suite -> suite.startsWith("TLS_ECDHE_") && suite.contains("_GCM_"));
        }
    }

    @Test
    void s18_aHundredThousandForgedHellosKeepNothingAndAreAnsweredWithLess() throws Exception {
        try (DatagramSocket marker = socket()) {
            for (int i = 0; i < FORGED; i++) {
                byte[] hello = ClientHello.of(ClientHello.DTLS_1_2, i, 0);
                InetAddress forged = InetAddress.getByAddress(
                        new byte[] {127, (byte) (1 + i % 200), (byte) (i / 200), (byte) (1 + i / 51_200)});
                port.processDatagram(new DatagramPacket(hello, hello.length, forged, 1024 + i % 60_000));
                if (i % FORGED_AT_A_TIME == 0) {
                    byte[] answer = ask(marker, hello); // by then those before had their turn
                    assertThat(ClientHello.typeOf(answer)).isEqualTo(ClientHello.HELLO_VERIFY_REQUEST);
                    assertThat(answer).hasSizeLessThanOrEqualTo(hello.length);
                }
            }
        }
        assertThat(clients.overflowed).hasValue(0);
        assertThat(clients.asked).as("who was to be kept").hasValue(0);
        assertThat(port.known()).isZero();
        assertThat(port.remainingCapacity()).isEqualTo(MOST);
    }

    @Test
    void s18_theCookieOfOneAddressIsNoUseAtAnother() throws Exception {
        try (DatagramSocket owner = socket();
                DatagramSocket thief = socket()) {
            byte[] cookie = ClientHello.cookieOf(ask(owner, ClientHello.of(ClientHello.DTLS_1_2, 1, 0)));
            byte[] hello = ClientHello.of(ClientHello.DTLS_1_2, 1, 1, cookie);
            byte[] toThief = ask(thief, hello);
            assertThat(ClientHello.typeOf(toThief)).isEqualTo(ClientHello.HELLO_VERIFY_REQUEST);
            assertThat(toThief).hasSizeLessThanOrEqualTo(hello.length);
            assertThat(clients.asked).hasValue(0);
            assertThat(ClientHello.typeOf(ask(owner, hello))).isEqualTo(ClientHello.SERVER_HELLO);
            assertThat(clients.asked).hasValue(1);
            assertThat(port.known()).isEqualTo(1);
        }
    }

    @Test
    void s18_whoIsNotAdmittedIsAskedAgainAndNotKept() throws Exception {
        clients.full = true;
        try (DatagramSocket socket = socket()) {
            byte[] cookie = ClientHello.cookieOf(ask(socket, ClientHello.of(ClientHello.DTLS_1_2, 1, 0)));
            byte[] again = ask(socket, ClientHello.of(ClientHello.DTLS_1_2, 1, 1, cookie));
            assertThat(ClientHello.typeOf(again)).isEqualTo(ClientHello.HELLO_VERIFY_REQUEST);
            assertThat(clients.asked).hasValue(1);
            assertThat(port.known()).isZero();
        }
    }

    /** RFC 8489 section 6.2.3: DTLS 1.2 or later; an older one learns so when its address is known. */
    @Test
    void case24_dtls10IsRefusedWithAnAlert() throws Exception {
        try (DatagramSocket socket = socket()) {
            byte[] cookie = ClientHello.cookieOf(ask(socket, ClientHello.of(ClientHello.DTLS_1_0, 1, 0)));
            byte[] answer = ask(socket, ClientHello.of(ClientHello.DTLS_1_0, 1, 1, cookie));
            assertThat(Arrays.copyOfRange(answer, 13, 15))
                    .as("fatal, protocol_version")
                    .containsExactly(2, 70);
            clients.expect("ended");
            assertThat(port.known()).isZero();
        }
    }

    /** RFC 7983: STUN (0 to 3) and ChannelData (64 to 79) come in DTLS here, or not at all; nor does the rest get an answer. */
    @Test
    void case124_whatIsNotDtlsIsNotAnswered() throws Exception {
        try (DatagramSocket socket = socket()) {
            socket.setSoTimeout(SILENCE_MILLIS);
            for (int first : new int[] {0, 1, 16, 20, 22, 23, 63, 64, 128, 255}) {
                byte[] datagram = new byte[100];
                datagram[0] = (byte) first;
                assertThatThrownBy(() -> ask(socket, datagram)).isInstanceOf(SocketTimeoutException.class);
            }
            assertThat(clients.asked).hasValue(0);
        }
    }

    @Test
    void theServersGoodbyeReachesTheClient() throws Exception {
        try (DtlsTestClient client = connect("ec.example")) {
            clients.expect("established");
            clients.wires.take().close();
            assertThat(client.next().hasRemaining()).isFalse();
            assertThat(client.isInboundDone()).isTrue();
            clients.expect("ended");
            assertThat(port.known()).isZero();
        }
    }

    @Test
    void aHandshakeThatIsGivenUpLeavesNothing() throws Exception {
        try (DatagramSocket socket = socket()) {
            byte[] cookie = ClientHello.cookieOf(ask(socket, ClientHello.of(ClientHello.DTLS_1_2, 1, 0)));
            ask(socket, ClientHello.of(ClientHello.DTLS_1_2, 1, 1, cookie));
            assertThat(port.known()).isEqualTo(1);
            clients.wires.take().close();
            clients.expect("ended");
            assertThat(port.known()).isZero();
        }
    }

    /** RFC 6347 section 4.2.8: it has shown by the cookie that it is at this address. */
    @Test
    void aClientThatBeginsAnewFromTheSamePortTakesTheOldSessionsPlace() throws Exception {
        DtlsTestClient before = connect("ec.example");
        clients.expect("established");
        int own = before.local().port();
        before.vanish();
        try (DatagramSocket after = new DatagramSocket(own, InetAddress.getLoopbackAddress())) {
            after.connect(port.address().toSocketAddress());
            after.setSoTimeout(WAIT_MILLIS);
            byte[] cookie = ClientHello.cookieOf(ask(after, ClientHello.of(ClientHello.DTLS_1_2, 1, 0)));
            assertThat(clients.events)
                    .as("the old one lives until the cookie has come")
                    .isEmpty();
            byte[] hello = ClientHello.of(ClientHello.DTLS_1_2, 1, 1, cookie);
            assertThat(ClientHello.typeOf(ask(after, hello))).isEqualTo(ClientHello.SERVER_HELLO);
            clients.expect("ended");
            assertThat(port.known()).isEqualTo(1);
        }
    }

    @Test
    void closeSaysGoodbyeToAllAndFreesThePort() throws Exception {
        try (DtlsTestClient client = connect("ec.example")) {
            clients.expect("established");
            TransportAddress address = port.address();
            port.close();
            assertThat(client.next().hasRemaining()).isFalse();
            assertThat(client.isInboundDone()).isTrue();
            clients.expect("ended");
            port = (DtlsListener) listeners.open(address, MOST, clients);
            assertThat(port.address()).isEqualTo(address);
        }
    }

    @Test
    void aPortInUseCannotBeOpened() {
        assertThatThrownBy(() -> listeners.open(port.address(), MOST, clients)).isInstanceOf(IOException.class);
    }
}
