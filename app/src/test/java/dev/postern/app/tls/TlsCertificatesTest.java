package dev.postern.app.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates from files: which one a client gets, what happens when files change, what is refused. */
class TlsCertificatesTest {

    private static Map<String, PemPair> pairs = Map.of();

    @TempDir
    Path folder;

    @BeforeAll
    static void makePairs(@TempDir Path scratch) throws Exception {
        pairs = Map.of(
                "ec", PemPair.make(scratch, "EC", "a.example", "*.wild.example"),
                "rsa", PemPair.make(scratch, "RSA", "b.example"),
                "twin", PemPair.make(scratch, "RSA", "a.example", "*.wild.example"),
                "new", PemPair.make(scratch, "EC", "new.example"));
    }

    private static PemPair pair(String name) {
        return Objects.requireNonNull(pairs.get(name));
    }

    private TlsCertificates load(String... names) throws Exception {
        List<CertificateFiles> files = new ArrayList<>();
        for (String name : names) {
            files.add(pair(name).write(folder, name));
        }
        return TlsCertificates.load(files);
    }

    /** The common name in the certificate that a client gets who asks for this host, with these kinds of signature. */
    private static String handshake(TlsCertificates certificates, @Nullable String host) throws Exception {
        SSLEngine client = TrustsAll.context().createSSLEngine();
        client.setUseClientMode(true);
        if (host != null) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            client.setSSLParameters(parameters);
        }
        SSLEngine server = certificates.context().createSSLEngine();
        server.setUseClientMode(false);
        shakeHands(client, server);
        X509Certificate got = (X509Certificate) client.getSession().getPeerCertificates()[0];
        return got.getPublicKey().getAlgorithm() + " "
                + got.getSubjectX500Principal().getName();
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        client.beginHandshake();
        for (int i = 0; i < 50 && client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING; i++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < 20; i++) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                engine.wrap(ByteBuffer.allocate(0), out);
            } else {
                in.flip();
                engine.unwrap(in, plain);
                in.compact();
            }
        }
    }

    @Test
    void aClientGetsTheCertificateForTheNameItAsksForElseTheFirst() throws Exception {
        TlsCertificates certificates = load("ec", "rsa");
        assertThat(handshake(certificates, "a.example")).isEqualTo("EC CN=a.example");
        assertThat(handshake(certificates, "b.example")).isEqualTo("RSA CN=b.example");
        assertThat(handshake(certificates, "x.wild.example")).isEqualTo("EC CN=a.example");
        assertThat(handshake(certificates, "unknown.example")).isEqualTo("EC CN=a.example");
        assertThat(handshake(certificates, null)).isEqualTo("EC CN=a.example");
    }

    @Test
    void oneNameMayHaveCertificatesOfTwoKinds() throws Exception {
        KeysByName keys = new KeysByName();
        keys.hold(List.of(read("ec"), read("twin")));
        for (String host : List.of("a.example", "unknown.example")) {
            assertThat(chosen(keys, "EC", host)).isEqualTo("EC");
            assertThat(chosen(keys, "RSA", host)).isEqualTo("RSA");
        }
        assertThat(keys.choose("EdDSA", "a.example")).isNull();
    }

    private static ServerCertificate read(String name) throws BadCertificateException {
        byte[] certificate = pair(name).certificate().getBytes(StandardCharsets.US_ASCII);
        byte[] key = pair(name).key().getBytes(StandardCharsets.US_ASCII);
        return PemFiles.read(new CertificateFiles(Path.of("c"), Path.of("k")), certificate, key);
    }

    private static String chosen(KeysByName keys, String keyType, String host) {
        String alias = Objects.requireNonNull(keys.choose(keyType, host));
        return Objects.requireNonNull(keys.getPrivateKey(alias)).getAlgorithm();
    }

    @Test
    void aHandshakeThatBeganBeforeAChangeFinishesWithWhatItBegan() throws Exception {
        KeysByName keys = new KeysByName();
        keys.hold(List.of(read("ec")));
        String alias = Objects.requireNonNull(keys.choose("EC", null));
        keys.hold(List.of(read("new")));
        assertThat(Objects.requireNonNull(keys.getCertificateChain(alias))[0]
                        .getSubjectX500Principal()
                        .getName())
                .isEqualTo("CN=a.example");
    }

    @Test
    void changedFilesAreForNewHandshakes() throws Exception {
        TlsCertificates certificates = load("ec");
        assertThat(certificates.reloadIfChanged()).isFalse();
        pair("new").write(folder, "ec");
        assertThat(certificates.reloadIfChanged()).isTrue();
        assertThat(certificates.reloadIfChanged()).isFalse();
        assertThat(handshake(certificates, null)).isEqualTo("EC CN=new.example");
        assertThat(certificates.covers("new.example")).isTrue();
        assertThat(certificates.covers("a.example")).isFalse();
    }

    @Test
    void badNewFilesKeepTheOldCertificateUntilTheyAreGood() throws Exception {
        CertificateFiles files = pair("ec").write(folder, "ec");
        TlsCertificates certificates = TlsCertificates.load(List.of(files));
        for (String bad : List.of("", "garbage", pair("new").certificate())) { // the last one: its key is not there yet
            Files.writeString(files.certificate(), bad);
            assertThat(certificates.reloadIfChanged()).isFalse();
            assertThat(handshake(certificates, null)).isEqualTo("EC CN=a.example");
        }
        Files.delete(files.key());
        assertThat(certificates.reloadIfChanged()).isFalse();
        Files.writeString(files.key(), pair("new").key());
        assertThat(certificates.reloadIfChanged()).isTrue();
        assertThat(handshake(certificates, null)).isEqualTo("EC CN=new.example");
    }

    @Test
    void everyKindOfKeyThatKeytoolMakesIsRead() throws Exception {
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            CertificateFiles files =
                    PemPair.make(folder, algorithm, "k.example").write(folder, algorithm);
            assertThat(handshake(TlsCertificates.load(List.of(files)), null)).endsWith(" CN=k.example");
        }
    }

    @Test
    void whatCannotBeUsedIsRefusedWithOneSentence() throws Exception {
        refused(pair("ec").certificate(), pair("new").key(), "is not the key of the certificate in");
        refused(pair("ec").certificate(), pair("rsa").key(), "is not the key of the certificate in");
        refused("", pair("ec").key(), "holds no certificate");
        refused(
                PemPair.pem("CERTIFICATE", new byte[] {1, 2, 3}),
                pair("ec").key(),
                "holds a certificate that cannot be read");
        refused(pair("ec").certificate(), "", "must hold exactly one private key");
        refused(pair("ec").certificate(), pair("ec").key() + pair("rsa").key(), "must hold exactly one private key");
        refused(pair("ec").certificate(), PemPair.pem("RSA PRIVATE KEY", new byte[9]), "openssl pkcs8 -topk8 -nocrypt");
        refused(pair("ec").certificate(), PemPair.pem("EC PRIVATE KEY", new byte[9]), "openssl pkcs8 -topk8 -nocrypt");
        refused(pair("ec").certificate(), PemPair.pem("ENCRYPTED PRIVATE KEY", new byte[9]), "encrypted key");
        assertThatThrownBy(() ->
                        TlsCertificates.load(List.of(new CertificateFiles(folder.resolve("no"), folder.resolve("no")))))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContaining("cannot be read (NoSuchFileException)");
    }

    private void refused(String certificate, String key, String why) throws IOException {
        CertificateFiles files = new PemPair(certificate, key).write(folder, "bad");
        assertThatThrownBy(() -> TlsCertificates.load(List.of(files)))
                .isInstanceOf(BadCertificateException.class)
                .hasMessageContaining(why)
                .hasMessageContaining(folder.toString())
                .message()
                .doesNotContain("\n")
                .endsWith(".");
    }

    /** The signaling server has its keys from here too: the files' change is its change. */
    @Test
    void signalingServerShowsTheNewCertificateAndKeepsItsConnections() throws Exception {
        CertificateFiles files = pair("ec").write(folder, "live");
        try (TlsCertificates certificates = TlsCertificates.load(List.of(files));
                SignalingServer server = SignalingServer.start(
                        SignalingConfig.builder().tls(certificates.context()).build());
                SSLSocket before = connect(server)) {
            assertThat(shown(before)).contains("a.example");
            pair("new").write(folder, "live");
            assertThat(certificates.reloadIfChanged()).isTrue();
            try (SSLSocket after = connect(server)) {
                assertThat(shown(after)).contains("new.example");
            }
            before.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(before.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    private static SSLSocket connect(SignalingServer server) throws Exception {
        SSLSocket socket = (SSLSocket) TrustsAll.context()
                .getSocketFactory()
                .createSocket(server.uri().getHost(), server.uri().getPort());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static String shown(SSLSocket socket) throws SSLException {
        X509Certificate got = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return got.getSubjectX500Principal().getName();
    }
}
