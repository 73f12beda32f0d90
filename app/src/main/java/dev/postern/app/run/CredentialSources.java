package dev.postern.app.run;

import dev.postern.app.config.AccessKeys;
import dev.postern.app.config.AuthMode;
import dev.postern.app.config.ClusterKeys;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.EventKeys;
import dev.postern.app.config.Keys;
import dev.postern.app.config.Settings;
import dev.postern.app.config.SignalingKeys;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.app.jwt.TokenAuthorizer;
import dev.postern.app.jwt.TokenExchange;
import dev.postern.app.webhook.WebhookCredentials;
import dev.postern.signaling.Authorizer;
import dev.postern.stun.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where credentials come from beside fixed users: the mint, its rooms, the webhook and the exchange of tokens. */
final class CredentialSources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialSources.class);
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int REDIS_PORT = 6379;

    private final Settings settings;
    private final InstantSource clock;
    private final @Nullable CredentialMint mint;
    private final @Nullable WebhookCredentials webhook;
    private final OpenRooms rooms = new OpenRooms(new SecureRandom(), Duration.ofDays(1));
    private @Nullable TokenExchange exchange;
    private @Nullable TokenAuthorizer authorizer;

    CredentialSources(Settings settings, InstantSource clock) {
        List<String> secrets = settings.find(Keys.TURN_SHARED_SECRET);
        this.settings = settings;
        this.clock = clock;
        this.mint = secrets == null ? null : new CredentialMint(secrets.get(0), clock);
        this.webhook = WebhookCredentials.of(settings);
    }

    /** Null when there is no secret to make credentials from. */
    @Nullable
    CredentialMint mint() {
        return mint;
    }

    /** Null when no webhook is asked. */
    @Nullable
    WebhookCredentials webhook() {
        return webhook;
    }

    OpenRooms rooms() {
        return rooms;
    }

    /**
     * Begins to exchange tokens; null if that is not set.
     *
     * @throws ConfigException if its keys cannot be used
     */
    @Nullable
    TokenExchange beginExchange(Supplier<List<String>> turnUrls) throws ConfigException {
        exchange = mint == null ? null : TokenExchange.of(settings, mint, rooms, turnUrls, clock);
        return exchange;
    }

    /**
     * Who says what clients of the signaling server may do.
     *
     * @throws ConfigException if its keys cannot be used
     */
    Authorizer authorizer() throws ConfigException {
        if (settings.find(SignalingKeys.AUTH) != AuthMode.JWT) {
            return Authorizer.anonymous();
        }
        TokenAuthorizer made = TokenAuthorizer.of(settings, clock);
        authorizer = made;
        return made;
    }

    /** Where the services are that are asked or told: no peer may be one of them. Names are looked up now, once. */
    static List<TransportAddress> backends(Settings settings) {
        return Stream.of(
                        settings.find(AccessKeys.WEBHOOK_URL),
                        settings.find(AccessKeys.JWT_JWKS_URL),
                        settings.find(SignalingKeys.JWKS_URL),
                        settings.find(EventKeys.URL),
                        settings.find(ClusterKeys.REDIS))
                .flatMap(Stream::ofNullable)
                .flatMap(CredentialSources::addresses)
                .toList();
    }

    private static Stream<TransportAddress> addresses(URI url) {
        int ownPort = switch (url.getScheme().toLowerCase(Locale.ROOT)) {
            case "https" -> HTTPS_PORT;
            case "redis", "rediss" -> REDIS_PORT;
            default -> HTTP_PORT;
        };
        int port = url.getPort() < 0 ? ownPort : url.getPort();
        try {
            return Arrays.stream(InetAddress.getAllByName(url.getHost()))
                    .map(address -> TransportAddress.of(new InetSocketAddress(address, port)));
        } catch (UnknownHostException e) {
            LOG.atWarn().addKeyValue("host", url.getHost()).log("a service that this server speaks to has no address");
            return Stream.empty();
        }
    }

    @Override
    public void close() {
        if (webhook != null) {
            webhook.close();
        }
        if (exchange != null) {
            exchange.close();
        }
        if (authorizer != null) {
            authorizer.close();
        }
    }
}
