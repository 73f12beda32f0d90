package dev.postern.app.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates of a PEM file by which another server is trusted: its own, or those of who signed it. */
public final class TrustedCertificates {

    private TrustedCertificates() {}

    /**
     * Reads all of them.
     *
     * @throws BadCertificateException with one sentence that names the file, if there are none
     */
    public static List<X509Certificate> read(Path file) throws BadCertificateException {
        return PemFiles.chain(file, PemFiles.bytes(file));
    }
}
