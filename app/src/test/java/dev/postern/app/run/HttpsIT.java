package dev.postern.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.config.ConfigSources;
import dev.postern.app.tls.TrustsAll;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signaling over HTTPS with the certificate that is made at the start. */
class HttpsIT {

    private static final Host HOST = new FixedHost("127.0.0.1", "192.168.1.5");

    private @Nullable Servers running;

    @BeforeEach
    void start() throws Exception {
        ConfigSources sources = ConfigSources.of(
                null,
                Map.of(),
                List.of(
                        "signaling.listen=https://127.0.0.1:0",
                        "signaling.forwarded-from=10.0.0.0/8",
                        "signaling.hsts=1d",
                        "tls.self-signed=true"));
        EnumSet<Part> parts = EnumSet.of(Part.SIGNALING);
        running = Servers.start(Plan.of(sources.read(), parts, "serve", HOST), HOST, InstantSource.system());
    }

    @AfterEach
    void stop() throws InterruptedException {
        servers().close(Duration.ofSeconds(10));
    }

    private Servers servers() {
        return Objects.requireNonNull(running);
    }

    private URI pages() {
        return Objects.requireNonNull(servers().pages());
    }

    @Test
    void clientThatTrustsExactlyThisCertificateIsServedByNameAndByAddress() throws Exception {
        assertThat(pages().getScheme()).isEqualTo("https");
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting(shown())).build();
        for (String host : List.of("127.0.0.1", "localhost")) {
            URI page = URI.create("https://" + host + ":" + pages().getPort() + "/");
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Strict-Transport-Security")).hasValue("max-age=86400");
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("wss://" + page.getAuthority());
        }
        WebSocket socket = client.newWebSocketBuilder()
                .header("Origin", "https://" + pages().getAuthority())
                .subprotocols("postern.v1.json")
                .buildAsync(
                        URI.create("wss://" + pages().getAuthority() + "/signal/v1/ws"), new WebSocket.Listener() {})
                .get(20, TimeUnit.SECONDS);
        assertThat(socket.getSubprotocol()).isEqualTo("postern.v1.json");
        socket.abort();
    }

    @Test
    void fingerprintThatIsPrintedIsTheOneOfTheCertificateThatIsShown() throws Exception {
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(shown().getEncoded());
        String fingerprint = HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256);
        assertThat(servers().selfSignedFingerprint()).isEqualTo(fingerprint);
    }

    @Test
    void certificateIsForEveryNameAndAddressOfTheHost() throws Exception {
        assertThat(shown().getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("localhost", "fixed", "fixed.local", "127.0.0.1", "192.168.1.5");
    }

    private X509Certificate shown() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) TrustsAll.context().getSocketFactory().createSocket("127.0.0.1", pages().getPort())) {
            socket.setSoTimeout(20_000);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLContext trusting(X509Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("only", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
