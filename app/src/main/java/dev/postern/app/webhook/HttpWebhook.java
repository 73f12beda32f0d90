package dev.postern.app.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.http.Asking;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Asks over HTTP: POST of the user's name and the realm. Any thread. */
final class HttpWebhook implements Webhook {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Asking asking;
    private final URI url;
    private final @Nullable String token;
    private final String realm;

    /** @param token sent as bearer token; null for none */
    HttpWebhook(Asking asking, URI url, @Nullable String token, String realm) {
        this.asking = asking;
        this.url = url;
        this.token = token;
        this.realm = realm;
    }

    @Override
    public CompletionStage<Reply> ask(String username) {
        String body = MAPPER.createObjectNode()
                .put("username", username)
                .put("realm", realm)
                .toString();
        return asking.ask(Asking.question(url, token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .thenApply(response -> Reply.of(response.statusCode(), response.body(), username, realm));
    }
}
