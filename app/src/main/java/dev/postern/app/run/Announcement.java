package dev.postern.app.run;

import dev.postern.app.config.AuthMode;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingKeys;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is said once all servers run: where they are, how to try them, and what may surprise. */
public final class Announcement {

    private static final int ADVISED_SECRET_CHARACTERS = 16;

    private final Plan plan;
    private final Servers servers;

    public Announcement(Plan plan, Servers servers) {
        this.plan = plan;
        this.servers = servers;
    }

    /** Lines for standard output. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        URI pages = servers.pages();
        if (pages != null) {
            lines.add("  open      " + pages);
            boolean isLan = DevWarning.isLan(plan.settings());
            lines.add("  a call    " + pages.resolve("#room=try")
                    + (isLan ? " (on two devices of this network)" : " (in two tabs, or two browsers)"));
        }
        add(lines, "TURN,STUN", Keys.TURN_LISTEN, servers.turnAddresses());
        add(lines, "STUN", Keys.STUN_LISTEN, servers.stunAddresses());
        URI metrics = servers.metrics();
        if (metrics != null) {
            lines.add("  metrics   " + metrics.resolve("/metrics"));
        }
        URI admin = servers.admin();
        if (admin != null) {
            lines.add("  admin     " + admin);
        }
        addFingerprint(lines);
        return lines;
    }

    /** What another device of this network opens for a call; null where none is meant to. */
    public @Nullable URI callFromOtherDevices() {
        URI pages = servers.pages();
        return pages != null && DevWarning.isLan(plan.settings()) ? pages.resolve("#room=try") : null;
    }

    /** A browser asks what to do with a certificate that nobody signed; only its fingerprint tells it from an impostor's. */
    private void addFingerprint(List<String> lines) {
        String fingerprint = servers.selfSignedFingerprint();
        if (fingerprint == null) {
            return;
        }
        int half = fingerprint.length() / 2;
        lines.add("");
        lines.add(
                "  Browsers will warn that the connection is not private: this server signed its certificate itself, a");
        lines.add(
                "  moment ago. Go on ('Advanced', 'Proceed') only if the certificate that they show has this SHA-256:");
        lines.add("    " + fingerprint.substring(0, half));
        lines.add("    " + fingerprint.substring(half + 1));
    }

    /** Sentences for the log, each a warning. */
    public List<String> warnings() {
        Settings settings = plan.settings();
        List<String> secrets = settings.find(Keys.TURN_SHARED_SECRET);
        boolean browsersLackRelay =
                secrets == null && plan.signaling() != null && !plan.turn().isEmpty();
        return Stream.of(
                        DevWarning.of(plan),
                        browsersLackRelay
                                ? "browsers get no relay: turn.users are not handed to them, and turn.shared-secret, from which"
                                        + " they get credentials of their own, is not set."
                                : null,
                        secrets == null ? null : shortSecret(secrets),
                        openToAll(),
                        servers.tlsWarning(),
                        outOfReach())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable String shortSecret(List<String> secrets) {
        int shortest = secrets.stream().mapToInt(String::length).min().orElse(ADVISED_SECRET_CHARACTERS);
        return plan.turn().isEmpty() || shortest >= ADVISED_SECRET_CHARACTERS
                ? null
                : "turn.shared-secret has " + shortest + " characters, and whoever has one credential can guess on at"
                        + " home: take 32 random ones.";
    }

    /** When everyone may signal, and not only on this machine. */
    private @Nullable String openToAll() {
        TransportAddress listen = plan.signaling();
        boolean isOpen = listen != null && plan.settings().find(SignalingKeys.AUTH) != AuthMode.JWT;
        boolean isReached =
                listen != null && (!isLoopback(listen) || plan.settings().find(Keys.SIGNALING_ALLOWED_ORIGINS) != null);
        return isOpen && isReached
                ? "signaling.auth is anonymous: everyone who reaches " + listen
                        + ", also through a proxy, may join any room" + " whose name he knows"
                        + (mintsForAll() ? ", and gets credentials for the relay." : ".")
                : null;
    }

    private boolean mintsForAll() {
        return !plan.turn().isEmpty() && plan.settings().find(Keys.TURN_SHARED_SECRET) != null;
    }

    /** When the page can be opened on another device, but STUN and the relay cannot be reached there. */
    private @Nullable String outOfReach() {
        boolean pageIsOpen = plan.signaling() != null && !isLoopback(plan.signaling());
        List<ListenAddress> servers =
                Stream.concat(plan.turn().stream(), plan.stun().stream()).toList();
        return pageIsOpen && !servers.isEmpty() && servers.stream().allMatch(listen -> isLoopback(listen.address()))
                ? "other devices reach the pages, but neither STUN nor the relay, which listen on loopback: set turn.listen to"
                        + " udp://0.0.0.0:3478,tcp://0.0.0.0:3478 to let them in."
                : null;
    }

    /** Shows what was configured, since a wildcard is many sockets; but the ports that were chosen where there are any. */
    private void add(List<String> lines, String label, Key<List<ListenAddress>> key, List<ListenAddress> bound) {
        if (bound.isEmpty()) {
            return;
        }
        List<ListenAddress> configured = plan.settings().find(key);
        List<ListenAddress> shown = configured == null
                        || configured.stream()
                                .anyMatch(listen -> listen.address().port() == 0)
                ? bound
                : configured;
        lines.add(String.format(
                Locale.ROOT,
                "  %-9s %s",
                label,
                shown.stream().map(ListenAddress::toString).collect(Collectors.joining(", "))));
    }

    private static boolean isLoopback(TransportAddress address) {
        return address.ip().toInetAddress().isLoopbackAddress();
    }
}
