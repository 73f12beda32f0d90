package dev.postern.app.jwt;

import dev.postern.app.credentials.CredentialMint;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/*
 * The algorithm is chosen by us, not by the token (RFC 8725 section 3.1): the list of allowed ones has neither "none" nor an
 * HMAC, and the key must be of the kind and curve that the algorithm takes, so that a public key never serves as a secret.
 */

/** Tells whose a token is, if it is signed by a known key, made for us by the issuer, and in its time. Any thread. */
final class TokenVerifier {

    static final int CLOCK_SKEW_SECONDS = 30;
    static final int MAX_TOKEN_CHARACTERS = 8192;

    /** What to hold tokens against. */
    record Expected(
            String issuer,
            String audience,
            String userClaim,
            @Nullable String roomClaim) {}

    /** What became of a token. */
    sealed interface Verdict {

        /**
         * It is good.
         *
         * @param room null if it names none
         * @param expiresAtSeconds seconds since 1970
         */
        record Accepted(String user, @Nullable String room, long expiresAtSeconds) implements Verdict {}

        /** It is not. Says no more to a stranger than that. */
        record Refused() implements Verdict {}

        /** Nobody can tell now. */
        record Unavailable() implements Verdict {}
    }

    private static final Map<String, String> KEY_OF_ALGORITHM = Map.of(
            AlgorithmIdentifiers.RSA_USING_SHA256, RsaJsonWebKey.KEY_TYPE,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, "P-256",
            AlgorithmIdentifiers.EDDSA, OctetKeyPairJsonWebKey.SUBTYPE_ED25519);

    private static final AlgorithmConstraints ALLOWED = new AlgorithmConstraints(
            AlgorithmConstraints.ConstraintType.PERMIT,
            KEY_OF_ALGORITHM.keySet().toArray(String[]::new));

    private static final Verdict REFUSED = new Verdict.Refused();

    private final SigningKeys keys;
    private final Expected expected;
    private final InstantSource clock;

    TokenVerifier(SigningKeys keys, Expected expected, InstantSource clock) {
        this.keys = keys;
        this.expected = expected;
        this.clock = clock;
    }

    /** Finds out; never fails. */
    CompletableFuture<Verdict> verify(String token) {
        String algorithm;
        String keyId;
        try {
            if (token.length() > MAX_TOKEN_CHARACTERS) {
                return CompletableFuture.completedFuture(REFUSED);
            }
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            algorithm = signature.getAlgorithmHeaderValue();
            keyId = signature.getKeyIdHeaderValue();
        } catch (JoseException | RuntimeException e) { // a stranger's text may break the library as well
            return CompletableFuture.completedFuture(REFUSED);
        }
        if (algorithm == null || !KEY_OF_ALGORITHM.containsKey(algorithm)) {
            return CompletableFuture.completedFuture(REFUSED);
        }
        return keys.keysFor(keyId)
                .thenApply(known -> verdict(token, keyFor(algorithm, keyId, known)))
                .exceptionally(failure -> new Verdict.Unavailable());
    }

    /** The one key that fits; null if none does, or, where the token names none, several do. */
    private static @Nullable PublicJsonWebKey keyFor(String algorithm, @Nullable String keyId, List<JsonWebKey> known) {
        List<JsonWebKey> fitting = known.stream()
                .filter(key -> keyId == null || keyId.equals(key.getKeyId()))
                .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                .filter(key -> String.valueOf(KEY_OF_ALGORITHM.get(algorithm)).equals(kindOf(key)))
                .toList();
        return fitting.size() == 1 && fitting.get(0) instanceof PublicJsonWebKey key ? key : null;
    }

    private static String kindOf(JsonWebKey key) {
        if (key instanceof EllipticCurveJsonWebKey curve) {
            return curve.getCurveName();
        }
        return key instanceof OctetKeyPairJsonWebKey pair ? pair.getSubtype() : key.getKeyType();
    }

    private Verdict verdict(String token, @Nullable PublicJsonWebKey key) {
        if (key == null) {
            return REFUSED;
        }
        try {
            JwtClaims claims = new JwtConsumerBuilder()
                    .setJwsAlgorithmConstraints(ALLOWED)
                    .setVerificationKey(key.getPublicKey())
                    .setExpectedIssuer(true, expected.issuer())
                    .setExpectedAudience(true, expected.audience())
                    .setRequireExpirationTime()
                    .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                    .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                    .build()
                    .processToClaims(token);
            return accepted(claims);
        } catch (InvalidJwtException | MalformedClaimException | RuntimeException e) {
            return REFUSED;
        }
    }

    private Verdict accepted(JwtClaims claims) throws MalformedClaimException {
        String user = claims.getClaimValue(expected.userClaim(), String.class);
        String room = expected.roomClaim() == null ? null : claims.getClaimValue(expected.roomClaim(), String.class);
        boolean usable = user != null && isName(user) && (room == null || isName(room));
        return usable
                ? new Verdict.Accepted(user, room, claims.getExpirationTime().getValue())
                : REFUSED;
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= CredentialMint.MAX_USER_BYTES
                && text.chars().noneMatch(Character::isISOControl);
    }
}
