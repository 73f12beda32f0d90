package dev.postern.e2e.browser;

import dev.postern.e2e.TestCertificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What headless Chromium is started with, so that two processes of it connect on one machine and nothing leaves it. Found with
 * Chromium 156: a page that may use a camera (the fake one counts) gathers a candidate on every interface, and on loopback too
 * when allowed; without that leave it gathers on the interface of the default route alone, or nowhere when there is none. Host
 * candidates are hidden behind mDNS names unless told otherwise, and those would be asked for by multicast.
 */
final class ChromiumFlags {

    static final List<String> ALL = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--allow-loopback-in-peer-connection",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream=fps=15",
            "--autoplay-policy=no-user-gesture-required");

    private ChromiumFlags() {}

    /**
     * The same, and this certificate is taken although nobody signed it: also by the TLS of WebRTC, which shares the network service's
     * verifier. {@code --ignore-certificate-errors} would take every certificate.
     */
    static List<String> trusting(TestCertificate certificate) {
        List<String> flags = new ArrayList<>(ALL);
        flags.add("--ignore-certificate-errors-spki-list=" + certificate.publicKeyFingerprint());
        return List.copyOf(flags);
    }

    /** The same, and every certificate is taken. */
    static List<String> puttingUpWithCertificates() {
        List<String> flags = new ArrayList<>(ALL);
        flags.add("--ignore-certificate-errors");
        return List.copyOf(flags);
    }
}
