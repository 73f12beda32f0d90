package dev.postern.app.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the two PEM files of a certificate (RFC 7468) and holds them against each other. */
final class PemFiles {

    private static final int MAX_BYTES = 1 << 20;

    private static final Pattern SECTION =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PemFiles() {}

    /** The bytes of a file; nothing is kept open. */
    static byte[] bytes(Path file) throws BadCertificateException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadCertificateException(
                        file + " is larger than " + MAX_BYTES + " bytes, so it is no PEM file.");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadCertificateException(file + " cannot be read ("
                    + e.getClass().getSimpleName() + "); name a PEM file that this user may read.");
        }
    }

    /** The certificate that the bytes hold and the private key that belongs to it. */
    static ServerCertificate read(CertificateFiles files, byte[] certificate, byte[] key)
            throws BadCertificateException {
        List<X509Certificate> chain = chain(files.certificate(), certificate);
        PublicKey publicKey = chain.get(0).getPublicKey();
        PrivateKey privateKey = key(files, key, publicKey.getAlgorithm());
        if (!belongTogether(privateKey, publicKey)) {
            throw mismatch(files);
        }
        return new ServerCertificate(chain, privateKey);
    }

    /** All certificates that the bytes hold, one at least. */
    static List<X509Certificate> chain(Path file, byte[] bytes) throws BadCertificateException {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : sections(bytes, "CERTIFICATE")) {
                Certificate one = factory.generateCertificate(new ByteArrayInputStream(der));
                chain.add((X509Certificate) one);
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new BadCertificateException(
                    file + " holds a certificate that cannot be read; write a PEM file anew.");
        }
        if (chain.isEmpty()) {
            throw new BadCertificateException(
                    file + " holds no certificate; name a PEM file with BEGIN CERTIFICATE lines.");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(CertificateFiles files, byte[] bytes, String algorithm)
            throws BadCertificateException {
        List<byte[]> keys;
        try {
            keys = sections(bytes, "PRIVATE KEY");
        } catch (IllegalArgumentException e) {
            throw new BadCertificateException(files.key() + " holds a key that cannot be read; write it anew.");
        }
        if (keys.size() != 1) {
            throw new BadCertificateException(files.key() + otherwise(bytes));
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
        } catch (GeneralSecurityException e) {
            throw mismatch(files);
        } finally {
            keys.forEach(der -> Arrays.fill(der, (byte) 0));
        }
    }

    /** Why there is no key to use in these bytes, and what to do. */
    private static String otherwise(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED")) {
            return " holds an encrypted key, and there is nobody to ask for the password; decrypt it with: openssl pkcs8"
                    + " -topk8 -nocrypt.";
        }
        if (text.contains("BEGIN RSA PRIVATE KEY") || text.contains("BEGIN EC PRIVATE KEY")) {
            return " holds a key in the older PKCS#1 or SEC1 form; convert it with: openssl pkcs8 -topk8 -nocrypt.";
        }
        return " must hold exactly one private key between BEGIN PRIVATE KEY and END PRIVATE KEY lines.";
    }

    private static BadCertificateException mismatch(CertificateFiles files) {
        return new BadCertificateException(files.key() + " is not the key of the certificate in " + files.certificate()
                + "; name two that belong together.");
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) {
        byte[] text = "are they a pair?".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature = Signature.getInstance(signatureOf(publicKey.getAlgorithm()));
            signature.initSign(privateKey);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static String signatureOf(String algorithm) {
        return switch (algorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> algorithm; // EdDSA, Ed25519: a signature's name too
        };
    }

    private static List<byte[]> sections(byte[] bytes, String label) {
        Matcher matcher = SECTION.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        List<byte[]> found = new ArrayList<>();
        while (matcher.find()) {
            if (label.equals(matcher.group(1))) {
                found.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        return found;
    }
}
