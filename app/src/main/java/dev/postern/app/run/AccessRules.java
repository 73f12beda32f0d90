package dev.postern.app.run;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.Set;

/** Holds the settings that say who gets in against each other: what would leave something open is a reason not to start. */
final class AccessRules {

    private final Settings settings;
    private final List<String> mistakes;

    private AccessRules(Settings settings, List<String> mistakes) {
        this.settings = settings;
        this.mistakes = mistakes;
    }

    /** Adds a sentence for each reason not to run these parts. */
    static void check(Settings settings, Set<Part> parts, List<String> mistakes) {
        AccessRules rules = new AccessRules(settings, mistakes);
        if (parts.contains(Part.TURN)) {
            rules.relayNeedsCredentials();
        }
        rules.othersNeedToken(Keys.METRICS_LISTEN, AccessKeys.METRICS_TOKEN, "127.0.0.1:9090");
        rules.othersNeedToken(AccessKeys.ADMIN_LISTEN, AccessKeys.ADMIN_TOKEN, "127.0.0.1:9091");
        if (isSet(AccessKeys.JWT_JWKS_URL, settings) || isSet(AccessKeys.JWT_JWKS_FILE, settings)) {
            rules.exchangeNeedsAllOfIt(parts);
        }
        if (settings.get(AccessKeys.TURN_ROOM_CREDENTIALS) && !isSet(Keys.TURN_SHARED_SECRET, settings)) {
            mistakes.add(settings.said(AccessKeys.TURN_ROOM_CREDENTIALS)
                    + ", but such credentials are made from turn.shared-secret, which is not set: set it.");
        }
    }

    private void relayNeedsCredentials() {
        boolean none = settings.users().isEmpty()
                && !isSet(Keys.TURN_SHARED_SECRET, settings)
                && !isSet(AccessKeys.WEBHOOK_URL, settings);
        if (none) {
            mistakes.add("turn.listen is set, but there is no credential, and the relay is never open to everyone: set"
                    + " turn.shared-secret for browsers, turn.users.NAME for a fixed password, or turn.webhook.url.");
        }
    }

    private void othersNeedToken(Key<TransportAddress> listen, Key<String> token, String example) {
        TransportAddress address = settings.find(listen);
        if (address == null || address.ip().toInetAddress().isLoopbackAddress() || isSet(token, settings)) {
            return;
        }
        mistakes.add(settings.said(listen) + ", which other machines reach, but " + token.name()
                + " is not set: set it, or listen on a loopback address such as " + example + ".");
    }

    private void exchangeNeedsAllOfIt(Set<Part> parts) {
        if (isSet(AccessKeys.JWT_JWKS_URL, settings) && isSet(AccessKeys.JWT_JWKS_FILE, settings)) {
            mistakes.add("turn.jwt.jwks-url and turn.jwt.jwks-file are both set: leave one out.");
        }
        for (Key<String> key : List.of(AccessKeys.JWT_ISSUER, AccessKeys.JWT_AUDIENCE)) {
            if (!isSet(key, settings)) {
                mistakes.add(key.name()
                        + " is not set, but without it tokens that were made for others would be taken: set it.");
            }
        }
        if (!isSet(Keys.TURN_SHARED_SECRET, settings)) {
            mistakes.add(
                    "turn.jwt is set, but credentials for tokens are made from turn.shared-secret, which is not set:"
                            + " set it.");
        }
        if (!parts.contains(Part.SIGNALING)) {
            mistakes.add("turn.jwt is set, but tokens are exchanged on signaling.listen, which is not set: set it.");
        }
    }

    private static boolean isSet(Key<?> key, Settings settings) {
        return settings.find(key) != null;
    }
}
