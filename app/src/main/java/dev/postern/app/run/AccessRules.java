package dev.postern.app.run;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.AuthMode;
import dev.postern.app.config.ClusterKeys;
import dev.postern.app.config.EventKeys;
import dev.postern.app.config.Key;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingKeys;
import dev.postern.app.config.WebListen;
import dev.postern.stun.TransportAddress;
import java.net.URI;
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
        if (parts.contains(Part.SIGNALING)) {
            rules.signalingNeedsAWord();
            rules.nodesNeedASecret();
        }
        rules.webhookAndSecretNeedEachOther();
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

    private void signalingNeedsAWord() {
        AuthMode mode = settings.find(SignalingKeys.AUTH);
        boolean provider = isSet(SignalingKeys.JWKS_URL, settings) || isSet(SignalingKeys.JWKS_FILE, settings);
        boolean keys = provider || !settings.apiKeys().isEmpty();
        WebListen listen = settings.find(Keys.SIGNALING_LISTEN);
        if (mode != AuthMode.JWT && keys) {
            mistakes.add("signaling.auth is not jwt, but keys for tokens are set, which nobody would look at: set"
                    + " signaling.auth to jwt, or leave signaling.api-keys and signaling.jwt out.");
        } else if (mode == AuthMode.JWT && !keys) {
            mistakes.add(settings.said(SignalingKeys.AUTH) + ", but nothing says who signs the tokens: set"
                    + " signaling.api-keys.NAME for your own service, or signaling.jwt.jwks-url or"
                    + " signaling.jwt.jwks-file for an identity provider.");
        } else if (mode == null && listen != null && !isLoopback(listen.address())) {
            mistakes.add(settings.said(Keys.SIGNALING_LISTEN) + ", which other machines reach, but signaling.auth does"
                    + " not say who is let in: set it to jwt for those with a token, or to anonymous for everyone.");
        }
        if (isSet(SignalingKeys.JWKS_URL, settings) && isSet(SignalingKeys.JWKS_FILE, settings)) {
            mistakes.add("signaling.jwt.jwks-url and signaling.jwt.jwks-file are both set: leave one out.");
        }
        if (provider && !isSet(SignalingKeys.ISSUER, settings)) {
            mistakes.add("signaling.jwt.issuer is not set, but without it tokens of anyone who has a key in that set"
                    + " would be taken: set it.");
        }
    }

    private void nodesNeedASecret() {
        URI redis = settings.find(ClusterKeys.REDIS);
        if (redis != null) {
            if (!isSet(ClusterKeys.SECRET, settings)) {
                mistakes.add(
                        "signaling.cluster.redis is set, but signaling.cluster.secret is not, without which whoever"
                                + " reaches that Redis could speak as a node: set it to the same on every node, as"
                                + " `openssl rand -base64 32` makes it.");
            }
            if (isSet(ClusterKeys.REDIS_CA, settings) && !"rediss".equals(redis.getScheme())) {
                mistakes.add(
                        "signaling.cluster.redis-ca is set, but signaling.cluster.redis is spoken to without TLS, where"
                                + " nobody would look at a certificate: write rediss://, or leave it out.");
            }
            return;
        }
        for (Key<?> key : List.of(ClusterKeys.SECRET, ClusterKeys.REDIS_CA, ClusterKeys.URL)) {
            if (isSet(key, settings)) {
                mistakes.add(key.name() + " is set, but signaling.cluster.redis is not, and so there is no cluster: set"
                        + " that too, or leave it out.");
            }
        }
    }

    private void webhookAndSecretNeedEachOther() {
        boolean hasUrl = isSet(EventKeys.URL, settings);
        if (hasUrl && !isSet(EventKeys.SECRET, settings)) {
            mistakes.add(settings.said(EventKeys.URL) + ", but signaling.webhook.secret is not, without which nobody"
                    + " could tell its POSTs from forged ones: set it.");
        } else if (!hasUrl && isSet(EventKeys.SECRET, settings)) {
            mistakes.add("signaling.webhook.secret is set, but signaling.webhook.url is not: set it, or leave the"
                    + " secret out.");
        }
    }

    private static boolean isLoopback(TransportAddress address) {
        return address.ip().toInetAddress().isLoopbackAddress();
    }

    private void othersNeedToken(Key<TransportAddress> listen, Key<String> token, String example) {
        TransportAddress address = settings.find(listen);
        if (address == null || isLoopback(address) || isSet(token, settings)) {
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
