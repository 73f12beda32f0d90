package dev.postern.app.jwt;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Settings;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.app.http.Asking;
import dev.postern.app.jwt.TokenVerifier.Expected;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The exchange of tokens with what it needs, as the settings say. Close it to stop asking for keys. */
public final class TokenExchange implements AutoCloseable {

    private static final int MAX_JWKS_BYTES = 256 * 1024;
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
    private static final int HTTP_OK = 200;

    private final CredentialExchange endpoint;
    private final @Nullable Asking asking;

    private TokenExchange(CredentialExchange endpoint, @Nullable Asking asking) {
        this.endpoint = endpoint;
        this.asking = asking;
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
        URI url = settings.find(AccessKeys.JWT_JWKS_URL);
        Path file = settings.find(AccessKeys.JWT_JWKS_FILE);
        String issuer = settings.find(AccessKeys.JWT_ISSUER);
        String audience = settings.find(AccessKeys.JWT_AUDIENCE);
        if ((url == null && file == null) || issuer == null || audience == null) {
            return null;
        }
        Asking asking = url == null ? null : new Asking("jwks", FETCH_TIMEOUT, MAX_JWKS_BYTES);
        KeySource source = url == null || asking == null ? fromFile(settings, file) : () -> fetch(asking, url);
        Expected expected = new Expected(
                issuer, audience, settings.get(AccessKeys.JWT_USER_CLAIM), settings.find(AccessKeys.JWT_ROOM_CLAIM));
        TokenVerifier verifier = new TokenVerifier(new SigningKeys(source, System::nanoTime), expected, clock);
        CredentialExchange endpoint = new CredentialExchange(
                verifier,
                mint,
                rooms,
                turnUrls,
                settings.get(AccessKeys.JWT_TTL),
                clock,
                System::nanoTime,
                new SecureRandom().nextLong());
        return new TokenExchange(endpoint, asking);
    }

    private static KeySource fromFile(Settings settings, @Nullable Path file) throws ConfigException {
        if (file == null) {
            throw new IllegalStateException("keys come from a URL or a file");
        }
        try {
            if (SigningKeys.parse(read(file)).isEmpty()) {
                throw new JoseException("no key");
            }
        } catch (IOException | JoseException e) {
            throw new ConfigException(List.of(settings.said(AccessKeys.JWT_JWKS_FILE)
                    + ", but no JWK set with a key can be read there; name a file such as {\"keys\":[...]}."));
        }
        return () -> {
            try {
                return CompletableFuture.completedFuture(read(file));
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_JWKS_BYTES) {
            throw new IOException("too large");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static CompletionStage<String> fetch(Asking asking, URI url) {
        return asking.ask(Asking.question(url, null).GET()).thenApply(response -> {
            if (response.statusCode() != HTTP_OK) {
                throw new IllegalStateException("status " + response.statusCode());
            }
            return new String(response.body(), StandardCharsets.UTF_8);
        });
    }

    /** What answers {@link CredentialExchange#PATH}. */
    public CredentialExchange endpoint() {
        return endpoint;
    }

    @Override
    public void close() {
        if (asking != null) {
            asking.close();
        }
    }
}
