package dev.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate for {@code localhost}, made by keytool, as the PEM files that the program reads. */
public final class TestCertificate {

    private static final String PASSWORD = "changeit";
    private static final Duration KEYTOOL = Duration.ofSeconds(30);

    private final Path certificate;
    private final Path key;
    private final Path keyStore;
    private final Path trustStore;
    private final String fingerprint;

    private TestCertificate(Path folder, Path keyStore, KeyStore store) throws IOException, GeneralSecurityException {
        this.keyStore = keyStore;
        trustStore = folder.resolve("trusted.p12");
        trust(store);
        certificate = folder.resolve("certificate.pem");
        key = folder.resolve("key.pem");
        Files.writeString(
                certificate, pem("CERTIFICATE", store.getCertificate("test").getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", store.getKey("test", PASSWORD.toCharArray()).getEncoded()));
        byte[] publicKey = store.getCertificate("test").getPublicKey().getEncoded();
        fingerprint = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(publicKey));
    }

    /** A new one in a folder of this module's build. */
    public static TestCertificate make() {
        try {
            Files.createDirectories(PosternProcess.target());
            Path folder = Files.createTempDirectory(PosternProcess.target(), "tls");
            Path file = folder.resolve("key.p12");
            try (Program keytool = Program.start(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "test",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "SAN=dns:localhost,ip:127.0.0.1",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD))) {
                String said = keytool.finish(KEYTOOL);
                assertThat(file).as(said).exists();
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            return new TestCertificate(folder, file, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void trust(KeyStore store) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("test", store.getCertificate("test"));
        try (OutputStream out = Files.newOutputStream(trustStore)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
    }

    /** Options with which a JVM trusts this certificate, and no other one. */
    List<String> trustedByJvm() {
        return List.of("-Djavax.net.ssl.trustStore=" + trustStore, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** For a server of this JVM. */
    SSLContext serverContext() {
        try (InputStream in = Files.newInputStream(keyStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] der) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + label + "-----\n" + lines.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    Path certificate() {
        return certificate;
    }

    Path key() {
        return key;
    }

    /** The SHA-256 of its public key in Base64, by which Chromium can be told to take it. */
    public String publicKeyFingerprint() {
        return fingerprint;
    }
}
