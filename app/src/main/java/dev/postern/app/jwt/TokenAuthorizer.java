package dev.postern.app.jwt;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingKeys;
import dev.postern.app.jwt.TokenCheck.Head;
import dev.postern.signaling.Authorizer;
import dev.postern.signaling.Grant;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients in by signed tokens: of an identity provider, whose keys are a JWK set, and of the operator's own services, which
 * have a secret of the configuration. Which of the two a token is, its algorithm says; neither kind of key is ever used for the
 * other. Any thread.
 */
public final class TokenAuthorizer implements Authorizer, AutoCloseable {

    private static final Verdict REFUSED = new Verdict.Refused();
    private static final Set<String> HS256 = Set.of(AlgorithmIdentifiers.HMAC_SHA256);

    private final Map<String, Key> apiKeys;
    private final @Nullable JwkSet owned;
    private final @Nullable SigningKeys provider;
    private final Set<String> providerAlgorithms;
    private final TokenCheck providerCheck;
    private final TokenCheck apiCheck;
    private final GrantReader reader;

    private TokenAuthorizer(
            Map<String, Key> apiKeys,
            @Nullable JwkSet owned,
            @Nullable SigningKeys provider,
            Settings settings,
            InstantSource clock) {
        String audience = settings.get(SignalingKeys.AUDIENCE);
        int skewSeconds = (int) settings.get(SignalingKeys.LEEWAY).toSeconds();
        this.apiKeys = Map.copyOf(apiKeys);
        this.owned = owned;
        this.provider = provider;
        this.providerAlgorithms = Set.copyOf(settings.get(SignalingKeys.ALGORITHMS));
        this.providerCheck = new TokenCheck(settings.find(SignalingKeys.ISSUER), audience, skewSeconds, clock);
        this.apiCheck = new TokenCheck(null, audience, skewSeconds, clock);
        List<String> defaultRooms = settings.find(SignalingKeys.DEFAULT_ROOMS);
        this.reader = new GrantReader(
                new GrantReader.Claims(
                        settings.get(SignalingKeys.USER_CLAIM),
                        settings.get(SignalingKeys.NAME_CLAIM),
                        settings.get(SignalingKeys.ROOMS_CLAIM)),
                defaultRooms == null ? List.of() : defaultRooms,
                clock);
    }

    /**
     * As the settings say.
     *
     * @throws ConfigException if the file of keys cannot be used
     */
    public static TokenAuthorizer of(Settings settings, InstantSource clock) throws ConfigException {
        JwkSet set = JwkSet.of(settings, SignalingKeys.JWKS_URL, SignalingKeys.JWKS_FILE, "signaling-jwks");
        return new TokenAuthorizer(keys(settings), set, set == null ? null : set.keys(), settings, clock);
    }

    /** With keys of a provider from elsewhere; the issuer is then that of the settings. */
    static TokenAuthorizer of(Settings settings, SigningKeys provider, InstantSource clock) {
        return new TokenAuthorizer(keys(settings), null, provider, settings, clock);
    }

    private static Map<String, Key> keys(Settings settings) {
        Map<String, Key> keys = new HashMap<>();
        settings.apiKeys()
                .forEach((name, secret) -> keys.put(name, new HmacKey(secret.getBytes(StandardCharsets.UTF_8))));
        return keys;
    }

    @Override
    public CompletionStage<Verdict> authorize(Attempt attempt) {
        String token = attempt.token();
        Head head = token == null ? null : TokenCheck.headOf(token);
        if (token == null || head == null) {
            return CompletableFuture.completedFuture(REFUSED);
        }
        if (HS256.contains(head.algorithm())) {
            Key key = head.keyId() == null ? null : apiKeys.get(head.keyId());
            return CompletableFuture.completedFuture(verdict(token, key, HS256, apiCheck));
        }
        if (provider == null || !providerAlgorithms.contains(head.algorithm())) {
            return CompletableFuture.completedFuture(REFUSED);
        }
        Set<String> alone = Set.of(head.algorithm());
        return provider.keysFor(head.keyId())
                .thenApply(known -> verdict(token, TokenCheck.keyFor(head, known), alone, providerCheck))
                .exceptionally(failure -> new Verdict.Unavailable());
    }

    private Verdict verdict(String token, @Nullable Key key, Set<String> algorithms, TokenCheck check) {
        JwtClaims claims = key == null ? null : check.claims(token, key, algorithms);
        Grant grant = claims == null ? null : reader.read(claims);
        return grant == null ? REFUSED : new Verdict.Granted(grant);
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
