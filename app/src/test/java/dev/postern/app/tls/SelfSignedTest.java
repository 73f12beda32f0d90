package dev.postern.app.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelfSignedTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @Test
    void itIsForEveryNameAndAddressAndSignedByItself() throws Exception {
        InetAddress ipv4 = InetAddress.getByName("192.168.1.5");
        InetAddress ipv6 = InetAddress.getByName("2001:db8::5");
        SelfSigned made =
                SelfSigned.make(List.of("localhost", "laptop.local"), List.of(ipv4, ipv6), NOW, new SecureRandom());
        X509Certificate certificate = made.x509();
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSubjectX500Principal()).isEqualTo(certificate.getIssuerX500Principal());
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("localhost", "laptop.local", "192.168.1.5", "2001:db8:0:0:0:0:0:5");
        assertThat(made.certificate().isFor("laptop.local")).isTrue();
        assertThat(made.certificate().algorithm()).isEqualTo("EC");
    }

    @Test
    void itServesTlsAndIsNoAuthority() throws Exception {
        X509Certificate certificate = make().x509();
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getKeyUsage()).startsWith(true, false, false);
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    }

    @Test
    void itIsValidFromADayBeforeToMonthsLaterAlsoBeyond2049() throws Exception {
        X509Certificate certificate = make().x509();
        certificate.checkValidity(Date.from(NOW.minus(Duration.ofHours(23))));
        certificate.checkValidity(Date.from(NOW.plus(Duration.ofDays(89))));
        assertThat(certificate.getNotAfter()).isBefore(Date.from(NOW.plus(Duration.ofDays(91))));
        Instant late = Instant.parse("2049-12-31T00:00:00Z");
        X509Certificate later = SelfSigned.make(List.of("localhost"), List.of(), late, new SecureRandom())
                .x509();
        later.checkValidity(Date.from(late));
        assertThat(later.getNotAfter().toInstant()).isEqualTo(Instant.parse("2050-03-31T00:00:00Z"));
    }

    @Test
    void itsFingerprintIsTheOneThatBrowsersShow() throws Exception {
        SelfSigned made = make();
        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(made.x509().getEncoded());
        assertThat(made.fingerprint())
                .isEqualTo(HexFormat.ofDelimiter(":").withUpperCase().formatHex(sha256))
                .hasSize(95);
    }

    @Test
    void noTwoAreAlike() {
        X509Certificate one = make().x509();
        X509Certificate other = make().x509();
        assertThat(one.getSerialNumber()).isPositive().isNotEqualTo(other.getSerialNumber());
        assertThat(one.getPublicKey()).isNotEqualTo(other.getPublicKey());
    }

    private static SelfSigned make() {
        return SelfSigned.make(List.of("localhost"), List.of(), NOW, new SecureRandom());
    }
}
