package dev.postern.app.dtls;

import dev.postern.app.tls.TlsCertificates;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.eclipse.californium.scandium.dtls.CertificateIdentityResult;
import org.eclipse.californium.scandium.dtls.CertificateType;
import org.eclipse.californium.scandium.dtls.ConnectionId;
import org.eclipse.californium.scandium.dtls.HandshakeResultHandler;
import org.eclipse.californium.scandium.dtls.SignatureAndHashAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.CipherSuite.CertificateKeyAlgorithm;
import org.eclipse.californium.scandium.dtls.cipher.XECDHECryptography.SupportedGroup;
import org.eclipse.californium.scandium.dtls.x509.CertificateProvider;
import org.eclipse.californium.scandium.util.ServerName;
import org.eclipse.californium.scandium.util.ServerNames;
import org.jspecify.annotations.Nullable;

/** Answers Scandium's question for a certificate at once, as the TLS listeners' is answered. Any thread. */
final class CertificatesByName implements CertificateProvider {

    private final TlsCertificates certificates;

    CertificatesByName(TlsCertificates certificates) {
        this.certificates = certificates;
    }

    @Override
    public List<CertificateKeyAlgorithm> getSupportedCertificateKeyAlgorithms() {
        return List.of(CertificateKeyAlgorithm.EC, CertificateKeyAlgorithm.RSA);
    }

    @Override
    public List<CertificateType> getSupportedCertificateTypes() {
        return List.of(CertificateType.X_509);
    }

    @Override
    public CertificateIdentityResult requestCertificateIdentity(
            ConnectionId connection,
            boolean client,
            @Nullable List<X500Principal> issuers,
            @Nullable ServerNames names,
            List<CertificateKeyAlgorithm> keyAlgorithms,
            List<SignatureAndHashAlgorithm> signatures,
            List<SupportedGroup> curves) {
        String host = hostOf(names);
        for (CertificateKeyAlgorithm algorithm : keyAlgorithms) {
            TlsCertificates.Identity identity = certificates.identity(algorithm.name(), host);
            if (identity != null && fits(identity, signatures, curves)) {
                return new CertificateIdentityResult(connection, identity.key(), identity.chain());
            }
        }
        return new CertificateIdentityResult(connection);
    }

    private static @Nullable String hostOf(@Nullable ServerNames names) {
        ServerName host = names == null ? null : names.getServerName(ServerName.NameType.HOST_NAME);
        return host == null ? null : new String(host.getName(), StandardCharsets.US_ASCII);
    }

    private static boolean fits(
            TlsCertificates.Identity identity,
            List<SignatureAndHashAlgorithm> signatures,
            List<SupportedGroup> curves) {
        return SignatureAndHashAlgorithm.isSignedWithSupportedAlgorithms(signatures, identity.chain())
                && SupportedGroup.isSupported(curves, identity.chain());
    }

    @Override
    public void setResultHandler(@Nullable HandshakeResultHandler handler) {
        // every answer is given at once
    }
}
