package dev.postern.app.jwt;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.app.jwt.TokenVerifier.Expected;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The exchange of tokens with what it needs, as the settings say. Close it to stop asking for keys. */
public final class TokenExchange implements AutoCloseable {

    private final CredentialExchange endpoint;
    private final JwkSet keys;

    private TokenExchange(CredentialExchange endpoint, JwkSet keys) {
        this.endpoint = endpoint;
        this.keys = keys;
    }

    /**
     * The exchange; null if the settings name no keys.
     *
     * @throws ConfigException if the file of keys cannot be used
     */
    public static @Nullable TokenExchange of(
            Settings settings,
            CredentialMint mint,
            OpenRooms rooms,
            Supplier<List<String>> turnUrls,
            InstantSource clock)
            throws ConfigException {
        String issuer = settings.find(AccessKeys.JWT_ISSUER);
        String audience = settings.find(AccessKeys.JWT_AUDIENCE);
        JwkSet keys = issuer == null || audience == null
                ? null
                : JwkSet.of(settings, AccessKeys.JWT_JWKS_URL, AccessKeys.JWT_JWKS_FILE, "jwks");
        if (keys == null || issuer == null || audience == null) {
            return null;
        }
        Expected expected = new Expected(
                issuer, audience, settings.get(AccessKeys.JWT_USER_CLAIM), settings.find(AccessKeys.JWT_ROOM_CLAIM));
        TokenVerifier verifier = new TokenVerifier(keys.keys(), expected, clock);
        CredentialExchange endpoint = new CredentialExchange(
                verifier,
                mint,
                rooms,
                turnUrls,
                settings.get(AccessKeys.JWT_TTL),
                clock,
                System::nanoTime,
                new SecureRandom().nextLong());
        return new TokenExchange(endpoint, keys);
    }

    /** What answers {@link CredentialExchange#PATH}. */
    public CredentialExchange endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        keys.close();
    }
}
