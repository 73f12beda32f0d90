package dev.postern.app.run;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.EdgeKeys;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.dtls.DtlsListeners;
import dev.postern.app.tls.BadCertificateException;
import dev.postern.app.tls.CertificateFiles;
import dev.postern.app.tls.SelfSigned;
import dev.postern.app.tls.TlsCertificates;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.stun.TransportProtocol;
import dev.postern.transport.ListenAddress;
import dev.postern.transport.StreamIntake;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the settings say about TLS and load balancers. */
final class TlsPlan {

    /** How often the certificates' files are looked at. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private TlsPlan() {}

    /** Adds a sentence for each reason why TLS cannot be spoken where it is asked for. */
    static void check(Settings settings, Set<Part> parts, List<ListenAddress> listened, List<String> mistakes) {
        List<Path> certificates = orNone(settings.find(Keys.TLS_CERTIFICATE));
        List<Path> keys = orNone(settings.find(Keys.TLS_KEY));
        if (certificates.size() != keys.size()) {
            mistakes.add("tls.certificate names " + certificates.size() + " files and tls.key " + keys.size()
                    + "; name a key for each certificate, in the same order.");
        }
        if (!certificates.isEmpty() || settings.get(EdgeKeys.TLS_SELF_SIGNED)) {
            return;
        }
        if (parts.contains(Part.SIGNALING) && EdgePlan.isSecure(settings)) {
            mistakes.add(settings.said(Keys.SIGNALING_LISTEN)
                    + ", but there is no certificate: set tls.certificate and tls.key, or write host:port and put a TLS"
                    + " proxy in front of it.");
        }
        listened.stream()
                .filter(listen -> listen.scheme().isSecure())
                .findFirst()
                .ifPresent(listen -> mistakes.add(listen
                        + " is to speak TLS, but there is no certificate: set tls.certificate and tls.key, or write "
                        + (listen.scheme().isStream() ? "tcp://." : "udp://.")));
    }

    private static List<Path> orNone(@Nullable List<Path> files) {
        return files == null ? List.of() : files;
    }

    /**
     * Reads the certificates, and goes on reading them when they change, or makes one where that is set; null when none are set.
     *
     * @throws ConfigException with one sentence if they cannot be used
     */
    static @Nullable TlsCertificates load(Settings settings, Host host, InstantSource clock) throws ConfigException {
        List<Path> certificates = orNone(settings.find(Keys.TLS_CERTIFICATE));
        List<Path> keys = orNone(settings.find(Keys.TLS_KEY));
        if (certificates.isEmpty()) {
            return settings.get(EdgeKeys.TLS_SELF_SIGNED) ? TlsCertificates.of(selfSigned(host, clock)) : null;
        }
        List<CertificateFiles> files = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            files.add(new CertificateFiles(certificates.get(i), keys.get(i)));
        }
        try {
            TlsCertificates loaded = TlsCertificates.load(files);
            loaded.watchEvery(LOOK_EVERY);
            return loaded;
        } catch (BadCertificateException e) {
            throw new ConfigException(List.of("tls.certificate and tls.key: " + e.getMessage()));
        }
    }

    private static SelfSigned selfSigned(Host host, InstantSource clock) {
        List<String> names = new ArrayList<>(List.of("localhost"));
        for (String name : host.names()) {
            names.add(name);
            names.add(name + ".local"); // as multicast DNS calls it (RFC 6762)
        }
        List<InetAddress> addresses =
                host.addresses().stream().map(IpAddress::toInetAddress).toList();
        return SelfSigned.make(names.stream().distinct().toList(), addresses, clock.instant(), new SecureRandom());
    }

    /** DTLS where an address is to speak it; else null. */
    static @Nullable DtlsListeners dtls(Plan plan, @Nullable TlsCertificates certificates) {
        boolean spoken = Stream.concat(plan.turn().stream(), plan.stun().stream())
                .anyMatch(listen -> listen.carries(TransportProtocol.DTLS));
        return spoken && certificates != null ? new DtlsListeners(certificates) : null;
    }

    /** What clients of a server begin with. */
    static StreamIntake intake(
            @Nullable TlsCertificates certificates, @Nullable DtlsListeners dtls, @Nullable List<IpPrefix> proxies) {
        return StreamIntake.PLAIN
                .withTls(certificates == null ? null : certificates.context())
                .withDtls(dtls)
                .withProxyProtocolFrom(proxies == null ? List.of() : proxies);
    }

    /** A sentence for the log if browsers are given a name that no certificate has, or none at all; else null. */
    static @Nullable String warning(Plan plan, @Nullable TlsCertificates certificates) {
        boolean secure = plan.turn().stream().anyMatch(listen -> listen.scheme().isSecure());
        if (certificates == null || !secure) {
            return null;
        }
        String host = plan.settings().find(Keys.TURN_TLS_HOST);
        if (host == null) {
            return plan.signaling() == null
                    ? null
                    : "browsers are not told of the relay's TLS: set turn.tls-host to the name in its certificate.";
        }
        return certificates.covers(host)
                ? null
                : "turn.tls-host is " + host
                        + ", but no certificate is for that name, so that browsers will refuse it.";
    }
}
