package dev.postern.app.run;

import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.IpAddress;
import dev.postern.stun.IpPrefix;
import dev.postern.transport.ListenAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The one warning that {@code --dev} gives: what it loosened, and who can reach it. */
final class DevWarning {

    private DevWarning() {}

    /** The sentence; null when {@code --dev} set nothing that needs one. */
    static @Nullable String of(Plan plan) {
        Settings settings = plan.settings();
        if (isLan(settings)) {
            return ofLan(plan);
        }
        List<String> loosened = new ArrayList<>();
        if (isPreset(settings, Keys.TURN_SHARED_SECRET)) {
            loosened.add("turn.shared-secret is random and gone when it stops");
        }
        if (isPreset(settings, Keys.TURN_ALLOW_PEERS)) {
            loosened.add("the relay reaches private and loopback peers and this host's own addresses");
        }
        if (plan.turn().isEmpty() || loosened.isEmpty()) {
            return null;
        }
        String open = others(plan);
        return "--dev is for trying things on this machine, not for a server that others reach: "
                + String.join(", and ", loosened)
                + (open.isEmpty() ? "" : "; other machines reach it on " + open)
                + ".";
    }

    /** Whether a person typed --lan. */
    static boolean isLan(Settings settings) {
        return Keys.ALL.stream().anyMatch(key -> DevPreset.LAN_ORIGIN.equals(settings.origin(key)));
    }

    private static String ofLan(Plan plan) {
        List<IpPrefix> peers = plan.settings().find(Keys.TURN_ALLOW_PEERS);
        String relay = plan.turn().isEmpty() || peers == null
                ? ""
                : ", and whoever opens a page gets the relay, which reaches the Internet and "
                        + peers.stream().map(IpPrefix::toString).collect(Collectors.joining(", "));
        return "--lan lets everyone on this network in, on " + others(plan) + relay
                + ": it is for trying calls among your own devices, and its secrets are gone when it stops.";
    }

    private static boolean isPreset(Settings settings, Key<?> key) {
        return DevPreset.ORIGIN.equals(settings.origin(key));
    }

    /** What listens on more than loopback. */
    private static String others(Plan plan) {
        Stream<ListenAddress> servers = Stream.concat(plan.turn().stream(), plan.stun().stream());
        List<String> open =
                new ArrayList<>(servers.filter(listen -> isOpen(listen.address().ip()))
                        .map(ListenAddress::toString)
                        .toList());
        if (plan.signaling() != null && isOpen(plan.signaling().ip())) {
            open.add((EdgePlan.isSecure(plan.settings()) ? "https://" : "http://") + plan.signaling());
        }
        return String.join(", ", open);
    }

    private static boolean isOpen(IpAddress ip) {
        return !ip.toInetAddress().isLoopbackAddress();
    }
}
