package dev.postern.app.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** A certificate, what leads from it to its authority, and its key. Immutable. */
final class ServerCertificate {

    private static final Integer DNS_NAME = 2;

    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<String> names;

    ServerCertificate(List<X509Certificate> chain, PrivateKey key) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.names = dnsNames(chain.get(0));
    }

    private static List<String> dnsNames(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> DNS_NAME.equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    X509Certificate[] chain() {
        return chain.toArray(X509Certificate[]::new);
    }

    PrivateKey key() {
        return key;
    }

    /** {@code RSA}, {@code EC}, {@code EdDSA}: what a key manager is asked for. */
    String algorithm() {
        return chain.get(0).getPublicKey().getAlgorithm();
    }

    /** Its DNS names in lower case (RFC 6125), wildcards as they stand there. */
    List<String> names() {
        return names;
    }

    Instant validUntil() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Whether it is for this host name; a wildcard stands for one label, the first (RFC 6125 section 6.4.3). */
    boolean isFor(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        int dot = lower.indexOf('.');
        return names.contains(lower) || (dot > 0 && names.contains("*" + lower.substring(dot)));
    }
}
