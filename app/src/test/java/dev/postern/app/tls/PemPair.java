package dev.postern.app.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A self-signed certificate that keytool made, as the two PEM texts that a certificate authority's client writes. */
public record PemPair(String certificate, String key) {

    private static final String PASSWORD = "changeit";

    /** A pair for these DNS names; {@code EC}, {@code RSA} or {@code Ed25519}. */
    public static PemPair make(Path folder, String algorithm, String... names)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = Files.createTempDirectory(folder, "keytool").resolve("key.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(
                keytool.toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + names[0],
                "-ext",
                "SAN=dns:" + String.join(",dns:", names),
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD));
        if (algorithm.equals("EC")) { // newer JDKs would take a curve and a hash that not every client has
            command.addAll(List.of("-groupname", "secp256r1", "-sigalg", "SHA256withECDSA"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new PemPair(
                pem("CERTIFICATE", store.getCertificate("test").getEncoded()),
                pem("PRIVATE KEY", store.getKey("test", PASSWORD.toCharArray()).getEncoded()));
    }

    static String pem(String label, byte[] der) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + label + "-----\n" + lines.encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    /** Writes both, so that they can be named in a configuration. */
    public CertificateFiles write(Path folder, String name) throws IOException {
        CertificateFiles files = new CertificateFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key.pem"));
        Files.writeString(files.certificate(), certificate);
        Files.writeString(files.key(), key);
        return files;
    }
}
