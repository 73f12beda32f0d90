package dev.postern.app.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/*
 * The JDK makes certificates with keytool alone, a program beside it that not every runtime has, and writes them to files. What a
 * certificate is made of is little, so it is written here (RFC 5280 section 4.1). Neither it nor its key is kept: whoever could
 * read a kept key could pose as this server to those who once told their browser to trust it.
 */

/**
 * A certificate that signs itself, made in memory for the names and addresses of one host: ECDSA on P-256 with SHA-256, for TLS
 * servers, no authority. Browsers warn of it. Not for anything but trying things out. Immutable.
 */
public final class SelfSigned {

    /** From a day ago, for devices whose clock is behind, and not so long that anybody could rely on it. */
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final Duration AFTER = Duration.ofDays(90);

    private static final int SERIAL_BITS = 127;
    private static final BigInteger VERSION_3 = BigInteger.TWO;

    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";
    private static final String KEY_USAGE = "2.5.29.15";
    private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    private static final String BASIC_CONSTRAINTS = "2.5.29.19";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    private static final byte[] DIGITAL_SIGNATURE = {(byte) 0x80};
    private static final int UNUSED_BITS = 7;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final ServerCertificate certificate;
    private final String fingerprint;

    private SelfSigned(ServerCertificate certificate, String fingerprint) {
        this.certificate = certificate;
        this.fingerprint = fingerprint;
    }

    /**
     * Makes one.
     *
     * @param names DNS names in lower case, the first also being the common name; one or more
     * @param addresses with or without a scope, which is left out
     * @param now the validity begins before and ends long after
     */
    public static SelfSigned make(List<String> names, List<InetAddress> addresses, Instant now, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair pair = generator.generateKeyPair();
            byte[] algorithm = Der.sequence(Der.identifier(ECDSA_WITH_SHA256));
            byte[] name = name("Postern on " + names.get(0) + ", signed by itself");
            byte[] tbs = Der.sequence(
                    Der.contextAround(0, Der.integer(VERSION_3)),
                    Der.integer(new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1)),
                    algorithm,
                    name,
                    Der.sequence(Der.time(now.minus(BEFORE)), Der.time(now.plus(AFTER))),
                    name,
                    pair.getPublic().getEncoded(),
                    Der.contextAround(3, extensions(names, addresses)));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate(), random);
            signature.update(tbs);
            byte[] der = Der.sequence(tbs, algorithm, Der.bits(signature.sign(), 0));
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new SelfSigned(
                    new ServerCertificate(List.of(certificate), pair.getPrivate()),
                    HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256(der)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no ECDSA.", e);
        }
    }

    private static byte[] name(String common) {
        return Der.sequence(Der.set(Der.sequence(Der.identifier(COMMON_NAME), Der.text(common))));
    }

    private static byte[] extensions(List<String> names, List<InetAddress> addresses) {
        return Der.sequence(
                critical(BASIC_CONSTRAINTS, Der.sequence()), // no authority
                critical(KEY_USAGE, Der.bits(DIGITAL_SIGNATURE, UNUSED_BITS)),
                extension(EXTENDED_KEY_USAGE, Der.sequence(Der.identifier(SERVER_AUTHENTICATION))),
                extension(SUBJECT_ALTERNATIVE_NAME, alternatives(names, addresses)));
    }

    private static byte[] alternatives(List<String> names, List<InetAddress> addresses) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : names) {
            all.writeBytes(Der.context(DNS_NAME, name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)));
        }
        for (InetAddress address : addresses) {
            all.writeBytes(Der.context(IP_ADDRESS, address.getAddress()));
        }
        return Der.sequence(all.toByteArray());
    }

    private static byte[] critical(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.yes(), Der.octets(value));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.identifier(identifier), Der.octets(value));
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    /** The certificate with its key. */
    ServerCertificate certificate() {
        return certificate;
    }

    /** The certificate as clients see it. */
    public X509Certificate x509() {
        return certificate.chain()[0];
    }

    /** The SHA-256 of the certificate as browsers show it: {@code AB:CD:...}. */
    public String fingerprint() {
        return fingerprint;
    }
}
