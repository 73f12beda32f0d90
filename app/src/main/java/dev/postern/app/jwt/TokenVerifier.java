package dev.postern.app.jwt;

import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.jwt.TokenCheck.Head;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jspecify.annotations.Nullable;

/** Tells whose a token is, if it is signed by a known key, made for us by the issuer, and in its time. Any thread. */
final class TokenVerifier {

    static final int CLOCK_SKEW_SECONDS = 30;

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

    private static final Set<String> ALGORITHMS = Set.of(
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.EDDSA);

    private static final Verdict REFUSED = new Verdict.Refused();

    private final SigningKeys keys;
    private final Expected expected;
    private final TokenCheck check;

    TokenVerifier(SigningKeys keys, Expected expected, InstantSource clock) {
        this.keys = keys;
        this.expected = expected;
        this.check = new TokenCheck(expected.issuer(), expected.audience(), CLOCK_SKEW_SECONDS, clock);
    }

    /** Finds out; never fails. */
    CompletableFuture<Verdict> verify(String token) {
        Head head = TokenCheck.headOf(token);
        if (head == null || !ALGORITHMS.contains(head.algorithm())) {
            return CompletableFuture.completedFuture(REFUSED);
        }
        return keys.keysFor(head.keyId())
                .thenApply(known -> verdict(token, TokenCheck.keyFor(head, known)))
                .exceptionally(failure -> new Verdict.Unavailable());
    }

    private Verdict verdict(String token, @Nullable Key key) {
        JwtClaims claims = key == null ? null : check.claims(token, key, ALGORITHMS);
        try {
            return claims == null ? REFUSED : accepted(claims);
        } catch (MalformedClaimException e) {
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

    /** Whether a text may name a user, for the relay too. */
    static boolean isName(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= CredentialMint.MAX_USER_BYTES
                && text.chars().noneMatch(Character::isISOControl);
    }
}
