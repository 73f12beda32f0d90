package dev.postern.app.jwt;

import dev.postern.signaling.protocol.Role;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/** Signs tokens for the signaling server with one API key, as the operator's own service would. Immutable; any thread. */
public final class TokenMint {

    private final String keyName;
    private final HmacKey key;
    private final String audience;
    private final InstantSource clock;

    /** @param secret at least 32 bytes */
    public TokenMint(String keyName, String secret, String audience, InstantSource clock) {
        this.keyName = keyName;
        this.key = new HmacKey(secret.getBytes(StandardCharsets.UTF_8));
        this.audience = audience;
        this.clock = clock;
    }

    /** The standard names of the claims: a server that is told others by {@code signaling.jwt} wants those. */
    public String mint(String user, @Nullable String name, List<String> rooms, Role role, Duration validity) {
        JwtClaims claims = new JwtClaims();
        claims.setSubject(user);
        claims.setAudience(audience);
        claims.setIssuer(keyName);
        NumericDate now = NumericDate.fromSeconds(clock.instant().getEpochSecond());
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + validity.toSeconds()));
        if (name != null) {
            claims.setStringClaim("name", name);
        }
        claims.setClaim("rooms", rooms.stream().map(room -> claim(room, role)).toList());
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
            signature.setKeyIdHeaderValue(keyName);
            signature.setHeader("typ", "JWT");
            signature.setKey(key);
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("every JDK signs with HMAC", e);
        }
    }

    private static Object claim(String room, Role role) {
        if (role == Role.PEER) {
            return room;
        }
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("room", room);
        rule.put("role", role.wireName());
        return rule;
    }
}
