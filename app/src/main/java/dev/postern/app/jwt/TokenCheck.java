package dev.postern.app.jwt;

import java.security.Key;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/*
 * The algorithm is chosen by us, not by the token (RFC 8725 section 3.1): a token's own word only picks one of those that are
 * allowed, and the key must be of the kind and curve that this one takes. A public key never serves as a secret, since the only
 * symmetric keys are those that the configuration names, and they serve no other algorithm. Extensions that a token calls critical
 * are none of ours, so such a token is refused whatever they are.
 */

/** What every token is held against, whoever signed it and whatever it is for. Immutable; any thread. */
final class TokenCheck {

    static final int MAX_TOKEN_CHARACTERS = 8192;

    /** The kind or curve of key for each algorithm that an identity provider may sign with. */
    private static final Map<String, String> KEY_OF_ALGORITHM = Map.of(
            AlgorithmIdentifiers.RSA_USING_SHA256, RsaJsonWebKey.KEY_TYPE,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256, RsaJsonWebKey.KEY_TYPE,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256, "P-256",
            AlgorithmIdentifiers.EDDSA, OctetKeyPairJsonWebKey.SUBTYPE_ED25519);

    private final @Nullable String issuer;
    private final String audience;
    private final int skewSeconds;
    private final InstantSource clock;

    /** @param issuer null where the key alone says who it was */
    TokenCheck(@Nullable String issuer, String audience, int skewSeconds, InstantSource clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.skewSeconds = skewSeconds;
        this.clock = clock;
    }

    /**
     * What a token says of how it is signed: nothing of it is proven.
     *
     * @param keyId null if it names none
     */
    record Head(String algorithm, @Nullable String keyId) {}

    /** The head of a token; null if it is none, or has what no token of ours has. */
    static @Nullable Head headOf(String token) {
        if (token.length() > MAX_TOKEN_CHARACTERS) {
            return null;
        }
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setCompactSerialization(token);
            String algorithm = signature.getAlgorithmHeaderValue();
            boolean hasCritical = signature.getHeaders().getObjectHeaderValue("crit") != null;
            return algorithm == null || hasCritical ? null : new Head(algorithm, signature.getKeyIdHeaderValue());
        } catch (JoseException | RuntimeException e) { // a stranger's text may break the library as well
            return null;
        }
    }

    /** The one key that fits; null if none does, or, where the token names none, several do. */
    static @Nullable Key keyFor(Head head, List<JsonWebKey> known) {
        List<JsonWebKey> fitting = known.stream()
                .filter(key -> head.keyId() == null || head.keyId().equals(key.getKeyId()))
                .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(head.algorithm()))
                .filter(key ->
                        String.valueOf(KEY_OF_ALGORITHM.get(head.algorithm())).equals(kindOf(key)))
                .toList();
        return fitting.size() == 1 && fitting.get(0) instanceof PublicJsonWebKey key ? key.getPublicKey() : null;
    }

    private static String kindOf(JsonWebKey key) {
        if (key instanceof EllipticCurveJsonWebKey curve) {
            return curve.getCurveName();
        }
        return key instanceof OctetKeyPairJsonWebKey pair ? pair.getSubtype() : key.getKeyType();
    }

    /** What a token claims; null if it is not signed with this key by one of these algorithms, not for us, or not of now. */
    @Nullable
    JwtClaims claims(String token, Key key, Set<String> algorithms) {
        JwtConsumerBuilder rules = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, algorithms.toArray(String[]::new)))
                .setVerificationKey(key)
                .setExpectedAudience(true, audience)
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(skewSeconds)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()));
        if (issuer != null) {
            rules.setExpectedIssuer(true, issuer);
        }
        try {
            return rules.build().processToClaims(token);
        } catch (InvalidJwtException | RuntimeException e) {
            return null;
        }
    }
}
