package dev.postern.app.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys that say who may signal, and in which rooms. */
public final class SignalingKeys {

    public static final Key<AuthMode> AUTH = Key.optional(
            "signaling.auth",
            AccessKinds.AUTH,
            "anonymous on a loopback address, and must be set on any other",
            "Who is let in: everyone who reaches signaling.listen (anonymous), or who shows a token that says who he is and which rooms he may join (jwt).");

    public static final Key<String> API_KEYS = Key.optional(
            "signaling.api-keys.NAME",
            AccessKinds.API_KEY,
            "no tokens of your own service",
            "The secret by which your own service signs tokens with HS256 and the key id NAME.");

    public static final Key<URI> JWKS_URL = Key.optional(
            "signaling.jwt.jwks-url",
            AccessKinds.BACKEND,
            "no tokens of an identity provider",
            "Where the keys are that an identity provider signs tokens with, as a JWK set.");

    public static final Key<Path> JWKS_FILE = Key.optional(
            "signaling.jwt.jwks-file",
            AccessKinds.FILE,
            "no tokens of an identity provider",
            "The same keys in a file, in place of signaling.jwt.jwks-url.");

    public static final Key<String> ISSUER = Key.optional(
            "signaling.jwt.issuer",
            AccessKinds.CLAIM,
            "must be set for an identity provider",
            "The iss of an identity provider's tokens.");

    public static final Key<String> AUDIENCE = Key.required(
            "signaling.jwt.audience", AccessKinds.CLAIM, "postern", "The aud of all tokens, or one of them.");

    public static final Key<List<String>> ALGORITHMS = Key.required(
            "signaling.jwt.algorithms",
            AccessKinds.ALGORITHMS,
            "RS256,ES256,EdDSA",
            "What an identity provider may sign with.");

    public static final Key<Duration> LEEWAY = Key.required(
            "signaling.jwt.leeway",
            AccessKinds.duration(Duration.ZERO, Duration.ofMinutes(5)),
            "30s",
            "How far the clock of whoever signs tokens may be ahead of this one.");

    public static final Key<String> USER_CLAIM = Key.required(
            "signaling.jwt.user-claim",
            AccessKinds.CLAIM,
            "sub",
            "The claim that names the user, for resumes, revocation and the relay's quotas.");

    public static final Key<String> NAME_CLAIM = Key.required(
            "signaling.jwt.name-claim",
            AccessKinds.CLAIM,
            "name",
            "The claim with the name that others see; where a token has none, the client chooses.");

    public static final Key<String> ROOMS_CLAIM =
            Key.required("signaling.jwt.rooms-claim", AccessKinds.CLAIM, "rooms", "The claim that names the rooms.");

    public static final Key<List<String>> DEFAULT_ROOMS = Key.optional(
            "signaling.jwt.default-rooms",
            AccessKinds.ROOMS,
            "such tokens open no room",
            "The rooms of tokens that name none, such as lobby or team-*.");

    /** All, in the order of the documentation. */
    static final List<Key<?>> ALL = List.of(
            AUTH,
            API_KEYS,
            JWKS_URL,
            JWKS_FILE,
            ISSUER,
            AUDIENCE,
            ALGORITHMS,
            LEEWAY,
            USER_CLAIM,
            NAME_CLAIM,
            ROOMS_CLAIM,
            DEFAULT_ROOMS);

    private SignalingKeys() {}
}
