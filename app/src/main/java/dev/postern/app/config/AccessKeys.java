package dev.postern.app.config;

import dev.postern.stun.TransportAddress;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.turn.CredentialRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys that say who gets in beside fixed users: credentials that come from elsewhere, and the operator's own pages. */
public final class AccessKeys {

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);

    public static final Key<Boolean> TURN_ROOM_CREDENTIALS = Key.required(
            "turn.room-credentials",
            Kinds.FLAG,
            "false",
            "Gives signaling peers the relay only while they are in a room, by a credential that ends with that room.");

    public static final Key<Boolean> TURN_STRICT_EXPIRY = Key.required(
            "turn.strict-expiry",
            Kinds.FLAG,
            "true",
            "Ends an allocation when its credential expires; else when the lifetime that it was granted is over.");

    public static final Key<Duration> TURN_CLOCK_TOLERANCE = Key.required(
            "turn.clock-tolerance",
            AccessKinds.duration(Duration.ZERO, SharedSecretCredentials.MAX_TOLERANCE),
            "0s",
            "How long after its expiry a time-limited credential is still taken, where its maker's clock is behind this one.");

    public static final Key<Duration> TURN_REVOCATION_MEMORY = Key.required(
            "turn.revocation-memory",
            AccessKinds.duration(CredentialRules.LEAST_MEMORY, CredentialRules.MOST_MEMORY),
            "1d",
            "How long revoked users and rooms are remembered where no expiry says it: as long as credentials are valid, or longer.");

    public static final Key<URI> WEBHOOK_URL = Key.optional(
            "turn.webhook.url",
            AccessKinds.BACKEND,
            "nobody is asked",
            "Who is asked by HTTP POST for users that neither turn.users nor turn.shared-secret know.");

    public static final Key<String> WEBHOOK_TOKEN = Key.optional(
            "turn.webhook.token",
            AccessKinds.TOKEN,
            "sent without a token",
            "Goes to the webhook as Authorization: Bearer.");

    public static final Key<Duration> WEBHOOK_TIMEOUT = Key.required(
            "turn.webhook.timeout",
            AccessKinds.duration(MILLISECOND, Duration.ofSeconds(30)),
            "2s",
            "How long one question to the webhook may take.");

    public static final Key<Duration> WEBHOOK_CACHE = Key.required(
            "turn.webhook.cache",
            AccessKinds.duration(Duration.ofSeconds(1), DAY),
            "1m",
            "How long a user that the webhook knows is not asked for again.");

    public static final Key<Duration> WEBHOOK_NEGATIVE_CACHE = Key.required(
            "turn.webhook.negative-cache",
            AccessKinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "10s",
            "How long a user that the webhook does not know is not asked for again.");

    public static final Key<Duration> WEBHOOK_STALE = Key.required(
            "turn.webhook.stale",
            AccessKinds.duration(Duration.ofSeconds(1), DAY),
            "1h",
            "How long a known user is still let in while the webhook does not answer.");

    public static final Key<URI> JWT_JWKS_URL = Key.optional(
            "turn.jwt.jwks-url",
            AccessKinds.BACKEND,
            "no exchange of tokens",
            "Where the keys are that sign the tokens which POST /turn-credentials takes, as a JWK set.");

    public static final Key<Path> JWT_JWKS_FILE = Key.optional(
            "turn.jwt.jwks-file",
            AccessKinds.FILE,
            "no exchange of tokens",
            "The same keys in a file, in place of turn.jwt.jwks-url.");

    public static final Key<String> JWT_ISSUER = Key.optional(
            "turn.jwt.issuer", AccessKinds.CLAIM, "must be set for the exchange", "The iss of the tokens.");

    public static final Key<String> JWT_AUDIENCE = Key.optional(
            "turn.jwt.audience",
            AccessKinds.CLAIM,
            "must be set for the exchange",
            "The aud of the tokens, or one of them.");

    public static final Key<String> JWT_USER_CLAIM = Key.required(
            "turn.jwt.user-claim",
            AccessKinds.CLAIM,
            "sub",
            "The claim that names the user, for quotas and revocation.");

    public static final Key<String> JWT_ROOM_CLAIM = Key.optional(
            "turn.jwt.room-claim",
            AccessKinds.CLAIM,
            "credentials belong to no room",
            "The claim that names the room which the credential ends with, where the token has it.");

    public static final Key<Duration> JWT_TTL = Key.required(
            "turn.jwt.ttl",
            AccessKinds.duration(Duration.ofSeconds(10), DAY),
            "1h",
            "How long a credential for a token is valid at most; never longer than the token.");

    public static final Key<String> METRICS_TOKEN = Key.optional(
            "metrics.token",
            AccessKinds.TOKEN,
            "none is asked for",
            "What /metrics wants as Authorization: Bearer; needed on any address but loopback.");

    public static final Key<TransportAddress> ADMIN_LISTEN = Key.optional(
            "admin.listen",
            Kinds.LISTEN,
            "no administration",
            "Where the running server is asked for its configuration and told to revoke users.");

    public static final Key<String> ADMIN_TOKEN = Key.optional(
            "admin.token",
            AccessKinds.TOKEN,
            "none is asked for",
            "What admin.listen wants as Authorization: Bearer; needed on any address but loopback.");

    /** Those of {@code turn}, in the order of the documentation. */
    static final List<Key<?>> OF_TURN = List.of(
            TURN_ROOM_CREDENTIALS,
            TURN_STRICT_EXPIRY,
            TURN_CLOCK_TOLERANCE,
            TURN_REVOCATION_MEMORY,
            WEBHOOK_URL,
            WEBHOOK_TOKEN,
            WEBHOOK_TIMEOUT,
            WEBHOOK_CACHE,
            WEBHOOK_NEGATIVE_CACHE,
            WEBHOOK_STALE,
            JWT_JWKS_URL,
            JWT_JWKS_FILE,
            JWT_ISSUER,
            JWT_AUDIENCE,
            JWT_USER_CLAIM,
            JWT_ROOM_CLAIM,
            JWT_TTL);

    /** Those of the operator's pages. */
    static final List<Key<?>> OF_OPERATORS = List.of(METRICS_TOKEN, ADMIN_LISTEN, ADMIN_TOKEN);

    private AccessKeys() {}
}
