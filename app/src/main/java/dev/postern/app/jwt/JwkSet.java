package dev.postern.app.jwt;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.Key;
import dev.postern.app.config.Settings;
import dev.postern.app.http.Asking;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** The keys of one identity provider, from a file or over HTTP as the settings say. Close it to stop asking for them. */
final class JwkSet implements AutoCloseable {

    private static final int MAX_BYTES = 256 * 1024;
    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
    private static final int HTTP_OK = 200;

    private final SigningKeys keys;
    private final @Nullable Asking asking;

    private JwkSet(KeySource source, @Nullable Asking asking) {
        this.keys = new SigningKeys(source, System::nanoTime);
        this.asking = asking;
    }

    /**
     * The set; null if the settings name none.
     *
     * @param name for its threads
     * @throws ConfigException if the file of keys cannot be used
     */
    static @Nullable JwkSet of(Settings settings, Key<URI> urlKey, Key<Path> fileKey, String name)
            throws ConfigException {
        URI url = settings.find(urlKey);
        if (url != null) {
            Asking asking = new Asking(name, FETCH_TIMEOUT, MAX_BYTES);
            return new JwkSet(() -> fetch(asking, url), asking);
        }
        Path file = settings.find(fileKey);
        return file == null ? null : new JwkSet(fromFile(settings, fileKey, file), null);
    }

    private static KeySource fromFile(Settings settings, Key<Path> key, Path file) throws ConfigException {
        try {
            if (SigningKeys.parse(read(file)).isEmpty()) {
                throw new JoseException("no key");
            }
        } catch (IOException | JoseException e) {
            throw new ConfigException(List.of(settings.said(key)
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
        if (Files.size(file) > MAX_BYTES) {
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

    SigningKeys keys() {
        return keys;
    }

    @Override
    public void close() {
        if (asking != null) {
            asking.close();
        }
    }
}
