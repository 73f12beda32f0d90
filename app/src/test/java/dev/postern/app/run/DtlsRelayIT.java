package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.dtls.DtlsListeners;
import dev.postern.app.tls.CertificateFiles;
import dev.postern.app.tls.PemPair;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.StreamIntake;
import dev.postern.transport.TransportCounter;
import dev.postern.turn.TurnConfig;
import dev.postern.turn.TurnCounter;
import dev.postern.turn.TurnRelay;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** STUN and TURN over DTLS (RFC 7350), through the configuration and without it. */
class DtlsRelayIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final String PASSWORD = "fixed password";

    private static CertificateFiles files = new CertificateFiles(Path.of(""), Path.of(""));

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) throws Exception {
        files = PemPair.make(folder, "EC", "localhost").write(folder, "localhost");
    }

    private static Plan plan(String... sets) throws ConfigException {
        LocalHost host = new LocalHost();
        return Plan.of(
                ConfigSources.of(null, Map.of(), List.of(sets)).read(), EnumSet.allOf(Part.class), "serve", host);
    }

    private static TurnRelay relay(DtlsListeners dtls) {
        return TurnRelay.start(TurnConfig.builder()
                .listen("dtls://127.0.0.1:0")
                .relayAddress("127.0.0.1")
                .realm("example.org")
                .user("ann", PASSWORD)
                .intake(StreamIntake.PLAIN.withDtls(dtls))
                .build());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            assertThat(never.await(2, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    @Test
    void bothServersAnswerOverDtlsWithTheCertificateOfTheConfiguration() throws Exception {
        LocalHost host = new LocalHost();
        Servers servers = Servers.start(
                plan(
                        "stun.listen=dtls://127.0.0.2:0",
                        "turn.listen=dtls://127.0.0.1:0",
                        "turn.relay-address=127.0.0.1",
                        "turn.users.ann=" + PASSWORD,
                        "turn.tls-host=localhost",
                        "tls.certificate=" + files.certificate(),
                        "tls.key=" + files.key()),
                host,
                InstantSource.system());
        try {
            ListenAddress relay = servers.turnAddresses().get(0);
            assertThat(servers.iceUrls().turn())
                    .containsExactly("turns:localhost:" + relay.address().port() + "?transport=udp");
            for (ListenAddress address : List.of(servers.stunAddresses().get(0), relay)) {
                try (StunTestClient client = StunTestClient.overDtls(address)) {
                    StunMessage answer = client.bind();
                    assertThat(answer.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                    assertThat(StunTestClient.xorAddress(answer, AttributeType.XOR_MAPPED_ADDRESS))
                            .isEqualTo(client.local());
                }
            }
            try (StunTestClient client = StunTestClient.overDtls(relay)) {
                assertThat(client.allocate("ann", PASSWORD).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            }
        } finally {
            assertThat(servers.close(DEADLINE)).isTrue();
        }
    }

    @Test
    void anAllocationEndsWithItsSession() throws Exception {
        try (DtlsListeners dtls = new DtlsListeners(TlsCertificates.load(List.of(files)));
                TurnRelay relay = relay(dtls)) {
            try (StunTestClient client =
                    StunTestClient.overDtls(relay.listenAddresses().get(0))) {
                assertThat(client.allocate("ann", PASSWORD).messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
                assertThat(relay.count(TurnCounter.ALLOCATIONS_ACTIVE)).isEqualTo(1);
            }
            await(() -> relay.count(TurnCounter.ALLOCATIONS_ACTIVE) == 0);
            assertThat(relay.count(TransportCounter.DTLS_SESSIONS_OPENED)).isEqualTo(1);
            await(() -> relay.count(TransportCounter.DTLS_SESSIONS_CLOSED) == 1);
        }
    }

    @Test
    void aCertificateThatIsNewIsShownToTheNextClient(@TempDir Path folder) throws Exception {
        CertificateFiles changing = PemPair.make(folder, "EC", "localhost").write(folder, "changing");
        PemPair renewed = PemPair.make(folder, "RSA", "renewed.example"); // slow: a client may not be silent so long
        try (TlsCertificates certificates = TlsCertificates.load(List.of(changing));
                DtlsListeners dtls = new DtlsListeners(certificates);
                TurnRelay relay = relay(dtls)) {
            ListenAddress address = relay.listenAddresses().get(0);
            try (StunTestClient client = StunTestClient.overDtls(address)) {
                assertThat(client.certificateName()).isEqualTo("CN=localhost");
                renewed.write(folder, "changing");
                certificates.watchEvery(Duration.ofMillis(20));
                await(() -> certificates.covers("renewed.example"));
                assertThat(client.bind().messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
            }
            try (StunTestClient client = StunTestClient.overDtls(address)) {
                assertThat(client.certificateName()).isEqualTo("CN=renewed.example");
            }
        }
    }

    @Test
    void dtlsWithoutACertificateStopsTheStart() {
        assertThatThrownBy(() -> plan("turn.listen=dtls://127.0.0.1:5349", "turn.users.ann=" + PASSWORD))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.sentences())
                                .containsExactly(
                                        "dtls://127.0.0.1:5349 is to speak TLS, but there is no certificate: set"
                                                + " tls.certificate and tls.key, or write udp://."));
    }
}
