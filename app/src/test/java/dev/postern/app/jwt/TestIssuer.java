package dev.postern.app.jwt;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An identity provider: keys by algorithm, and tokens signed with them. */
final class TestIssuer {

    static final String ISSUER = "https://id.example";
    static final String AUDIENCE = "postern";

    private final Map<String, PublicJsonWebKey> keys = new LinkedHashMap<>();

    TestIssuer() throws JoseException {
        add("RS256", RsaJwkGenerator.generateJwk(2048));
        add("ES256", EcJwkGenerator.generateJwk(EllipticCurves.P256));
        add("EdDSA", OkpJwkGenerator.generateJwk(OctetKeyPairJsonWebKey.SUBTYPE_ED25519));
    }

    private void add(String algorithm, PublicJsonWebKey key) {
        key.setKeyId("key-" + algorithm);
        keys.put(algorithm, key);
    }

    PublicJsonWebKey key(String algorithm) {
        return Objects.requireNonNull(keys.get(algorithm));
    }

    String jwks() {
        return new JsonWebKeySet(keys.values().toArray(JsonWebKey[]::new))
                .toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    static JwtClaims claims(String user, long expiresAtSeconds) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(user);
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAtSeconds));
        return claims;
    }

    String token(String algorithm, JwtClaims claims) throws JoseException {
        return sign(algorithm, key(algorithm), claims);
    }

    static String sign(String algorithm, PublicJsonWebKey key, JwtClaims claims) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(algorithm);
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setKey(key.getPrivateKey());
        return signature.getCompactSerialization();
    }
}
