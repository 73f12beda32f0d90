package dev.postern.app.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.app.config.Settings;
import dev.postern.signaling.Authorizer.Attempt;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import dev.postern.signaling.RoomRule;
import dev.postern.signaling.protocol.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in, grants out, in virtual time; numbered as in {@code docs/security.md}. */
class TokenAuthorizerTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long EPOCH = 1_800_000_000L;
    private static final List<String> SETTINGS = List.of(
            "signaling.auth=jwt",
            "signaling.api-keys.web=" + SECRET,
            "signaling.jwt.jwks-url=https://id.example/jwks",
            "signaling.jwt.issuer=" + TestIssuer.ISSUER);

    private static TestIssuer issuer;

    private final List<CompletableFuture<String>> fetches = new ArrayList<>();
    private long nanos;
    private final SigningKeys keys = new SigningKeys(this::onFetch, () -> nanos);
    private final TokenAuthorizer authorizer = authorizer();

    @BeforeAll
    static void makeKeys() throws Exception {
        issuer = new TestIssuer();
    }

    private CompletableFuture<String> onFetch() {
        CompletableFuture<String> fetch = new CompletableFuture<>();
        fetches.add(fetch);
        return fetch;
    }

    private TokenAuthorizer authorizer(String... more) {
        List<String> sets = new ArrayList<>(SETTINGS);
        sets.addAll(List.of(more));
        try {
            Settings settings = ConfigSources.of(null, Map.of(), sets).read();
            return TokenAuthorizer.of(settings, keys, () -> Instant.ofEpochSecond(EPOCH));
        } catch (ConfigException e) {
            throw new AssertionError(e.sentences().toString(), e);
        }
    }

    private static TokenMint mint() {
        return new TokenMint("web", SECRET, "postern", () -> Instant.ofEpochSecond(EPOCH));
    }

    private static Attempt attempt(@Nullable String token) {
        return new Attempt(token, InetAddress.getLoopbackAddress(), null);
    }

    private Verdict judge(@Nullable String token) {
        return judge(authorizer, token);
    }

    private Verdict judge(TokenAuthorizer by, @Nullable String token) {
        CompletableFuture<Verdict> verdict = by.authorize(attempt(token)).toCompletableFuture();
        fetches.forEach(fetch -> fetch.complete(issuer.jwks()));
        return verdict.join();
    }

    private Grant granted(String token) {
        return granted(judge(token));
    }

    private static Grant granted(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Granted.class);
        return ((Verdict.Granted) verdict).grant();
    }

    private static JwtClaims claims() {
        return TestIssuer.claims("ann", EPOCH + 600);
    }

    @Test
    void tokenOfAnApiKeySaysWhoItIsAndWhichRooms() {
        Grant grant =
                granted(mint().mint("ann", "Ann", List.of("kitchen", "team-*"), Role.MODERATOR, Duration.ofHours(1)));
        assertThat(grant)
                .isEqualTo(new Grant(
                        "ann",
                        "Ann",
                        List.of(RoomRule.moderator("kitchen"), RoomRule.moderator("team-*")),
                        Duration.ofHours(1)));
        assertThat(fetches).as("an identity provider is not asked").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void tokenOfAnIdentityProviderDoesSo(String algorithm) throws Exception {
        JwtClaims claims = claims();
        claims.setClaim(
                "rooms", List.of("lobby", Map.of("room", "kitchen", "role", "moderator", "open", false, "max", 4)));
        claims.setStringClaim("name", "  " + "x".repeat(63) + "🍳");
        assertThat(granted(issuer.token(algorithm, claims)))
                .isEqualTo(new Grant(
                        "ann",
                        "x".repeat(63),
                        List.of(RoomRule.of("lobby"), new RoomRule("kitchen", Role.MODERATOR, false, 4)),
                        Duration.ofMinutes(10)));
    }

    @Test
    void tokenThatNamesNoRoomOpensNoneUnlessTheConfigurationNamesSome() throws Exception {
        String token = issuer.token("ES256", claims());
        assertThat(granted(token).rooms()).isEmpty();
        assertThat(granted(judge(authorizer("signaling.jwt.default-rooms=lobby,team-*"), token))
                        .rooms())
                .containsExactly(RoomRule.of("lobby"), RoomRule.of("team-*"));
    }

    @Test
    void claimsMayHaveOtherNames() throws Exception {
        TokenAuthorizer other = authorizer(
                "signaling.jwt.user-claim=email",
                "signaling.jwt.name-claim=nick",
                "signaling.jwt.rooms-claim=https://app.example/rooms",
                "signaling.jwt.audience=calls");
        JwtClaims claims = claims();
        claims.setAudience("other", "calls");
        claims.setStringClaim("email", "ann@app.example");
        claims.setStringClaim("nick", "Annie");
        claims.setStringClaim("https://app.example/rooms", "kitchen");
        Grant grant = granted(judge(other, issuer.token("ES256", claims)));
        assertThat(grant.subject()).isEqualTo("ann@app.example");
        assertThat(grant.name()).isEqualTo("Annie");
        assertThat(grant.rooms()).containsExactly(RoomRule.of("kitchen"));
        assertThat(judge(issuer.token("ES256", claims))).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void c03_noTokenAndWhatIsNoneAreRefused() {
        for (String token :
                new @Nullable String[] {null, "", "x", "a.b.c", "..", "a.b.c.d.e", "é.é.é", "x".repeat(9_000), "{}"}) {
            assertThat(judge(token)).as(String.valueOf(token)).isInstanceOf(Verdict.Refused.class);
        }
        assertThat(fetches).isEmpty();
    }

    @Test
    void c03_expiredNotYetValidWrongAudienceOrIssuerAreRefused() throws Exception {
        Map<String, JwtClaims> refused = new LinkedHashMap<>();
        refused.put("expired", TestIssuer.claims("ann", EPOCH - 31));
        refused.put("expired within the leeway", TestIssuer.claims("ann", EPOCH));
        JwtClaims notYet = claims();
        notYet.setNotBefore(NumericDate.fromSeconds(EPOCH + 31));
        refused.put("not yet valid", notYet);
        JwtClaims otherAudience = claims();
        otherAudience.setAudience("another");
        refused.put("wrong audience", otherAudience);
        JwtClaims noAudience = claims();
        noAudience.unsetClaim("aud");
        refused.put("no audience", noAudience);
        JwtClaims otherIssuer = claims();
        otherIssuer.setIssuer("https://evil.example");
        refused.put("wrong issuer", otherIssuer);
        JwtClaims noEnd = claims();
        noEnd.unsetClaim("exp");
        refused.put("no end", noEnd);
        for (Map.Entry<String, JwtClaims> one : refused.entrySet()) {
            assertThat(judge(issuer.token("ES256", one.getValue())))
                    .as(one.getKey())
                    .isInstanceOf(Verdict.Refused.class);
        }
        JwtClaims farEnd = claims();
        farEnd.setExpirationTime(NumericDate.fromSeconds(Long.MAX_VALUE / 999)); // of which there are no milliseconds
        assertThat(judge(issuer.token("ES256", farEnd))).isInstanceOf(Verdict.Refused.class);
        JwtClaims soon = claims();
        soon.setNotBefore(NumericDate.fromSeconds(EPOCH + 30));
        granted(issuer.token("ES256", soon));
    }

    /** RFC 8725 sections 2.1 and 3.1, for the keys of the provider and for those of the configuration. */
    @Test
    void c03_algNoneAndPublicKeysAsSecretsAreRefused() throws Exception {
        String payload = encoded(claims().toJson());
        for (String none : List.of("none", "None", "NONE", "")) {
            String head = encoded("{\"alg\":\"" + none + "\",\"kid\":\"web\"}");
            assertThat(judge(head + "." + payload + ".")).as(none).isInstanceOf(Verdict.Refused.class);
        }
        PublicJsonWebKey rsa = issuer.key("RS256");
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(rsa.getPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        List<byte[]> publicKeys = List.of(
                rsa.getPublicKey().getEncoded(),
                pem.getBytes(StandardCharsets.UTF_8),
                issuer.jwks().getBytes(StandardCharsets.UTF_8));
        for (byte[] secret : publicKeys) {
            for (String keyId : List.of("key-RS256", "web", "")) {
                assertThat(judge(hmac(keyId, secret, payload))).isInstanceOf(Verdict.Refused.class);
            }
        }
        assertThat(judge(hmac("web", SECRET.getBytes(StandardCharsets.UTF_8), payload)))
                .as("the same by the right key")
                .isInstanceOf(Verdict.Granted.class);
    }

    private static String hmac(String keyId, byte[] secret, String payload) throws Exception {
        String head = encoded("{\"alg\":\"HS256\",\"kid\":\"" + keyId + "\"}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        byte[] tag = mac.doFinal((head + "." + payload).getBytes(StandardCharsets.US_ASCII));
        return head + "." + payload + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    }

    @Test
    void c03_unknownKeysWrongSignaturesAndOtherAlgorithmsAreRefused() throws Exception {
        PublicJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
        made.setKeyId("made-up");
        assertThat(judge(TestIssuer.sign("RS256", made, claims()))).isInstanceOf(Verdict.Refused.class);
        made.setKeyId("key-RS256");
        assertThat(judge(TestIssuer.sign("RS256", made, claims()))).isInstanceOf(Verdict.Refused.class);
        assertThat(judge(TestIssuer.sign("RS512", issuer.key("RS256"), claims())))
                .as("an algorithm that is not on the list")
                .isInstanceOf(Verdict.Refused.class);
        String good = issuer.token("RS256", claims());
        assertThat(judge(authorizer("signaling.jwt.algorithms=ES256"), good)).isInstanceOf(Verdict.Refused.class);
        assertThat(judge(good.substring(0, good.length() - 8) + "AAAAAAAA")).isInstanceOf(Verdict.Refused.class);
        String other = new TokenMint("web", "f".repeat(32), "postern", () -> Instant.ofEpochSecond(EPOCH))
                .mint("ann", null, List.of("r"), Role.PEER, Duration.ofHours(1));
        assertThat(judge(other)).isInstanceOf(Verdict.Refused.class);
        String unknown = new TokenMint("app", SECRET, "postern", () -> Instant.ofEpochSecond(EPOCH))
                .mint("ann", null, List.of("r"), Role.PEER, Duration.ofHours(1));
        assertThat(judge(unknown)).as("another name").isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void c03_tokenWithACriticalExtensionIsRefusedWhateverItIs() throws Exception {
        for (Map.Entry<String, Object> extension : Map.<String, Object>of("b64", true, "exp", EPOCH, "made-up", "x")
                .entrySet()) {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims().toJson());
            signature.setAlgorithmHeaderValue("ES256");
            signature.setKeyIdHeaderValue("key-ES256");
            signature.setKey(issuer.key("ES256").getPrivateKey());
            signature.getHeaders().setObjectHeaderValue(extension.getKey(), extension.getValue());
            signature.getHeaders().setObjectHeaderValue("crit", List.of(extension.getKey()));
            assertThat(judge(signature.getCompactSerialization()))
                    .as(extension.getKey())
                    .isInstanceOf(Verdict.Refused.class);
        }
    }

    /** A key that is a secret has no place in a public set; were it there, it would not serve. */
    @Test
    void c03_secretInTheSetOfTheProviderSignsNothing() throws Exception {
        String set = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"web2\",\"k\":\"" + encoded(SECRET) + "\"},"
                + issuer.jwks().substring(issuer.jwks().indexOf('[') + 1);
        CompletableFuture<Verdict> verdict = authorizer
                .authorize(attempt(hmac("web2", SECRET.getBytes(StandardCharsets.UTF_8), encoded(claims().toJson()))))
                .toCompletableFuture();
        fetches.forEach(fetch -> fetch.complete(set));
        assertThat(verdict.join()).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void claimsOfAnotherFormMakeTheTokenABadOne() throws Exception {
        List<Object> badRooms = List.of(
                7,
                true,
                Map.of("room", "r"),
                List.of(7),
                List.of(Map.of()),
                List.of(Map.of("room", 7)),
                List.of(""),
                List.of(Map.of("room", "r", "role", "king")),
                List.of(Map.of("room", "r", "role", 1)),
                List.of(Map.of("room", "r", "open", "yes")),
                List.of(Map.of("room", "r", "max", 1)),
                List.of(Map.of("room", "r", "max", "many")),
                java.util.Collections.nCopies(257, "r"));
        for (Object rooms : badRooms) {
            JwtClaims claims = claims();
            claims.setClaim("rooms", rooms);
            assertThat(judge(issuer.token("ES256", claims)))
                    .as(rooms.toString())
                    .isInstanceOf(Verdict.Refused.class);
        }
        for (Object user : List.of("", "a\nb", "x".repeat(401), 7, "ann#" + "x".repeat(22))) {
            JwtClaims claims = claims();
            claims.setClaim("sub", user);
            assertThat(judge(issuer.token("ES256", claims))).as(user.toString()).isInstanceOf(Verdict.Refused.class);
        }
        JwtClaims nobody = claims();
        nobody.unsetClaim("sub");
        assertThat(judge(issuer.token("ES256", nobody))).isInstanceOf(Verdict.Refused.class);
        JwtClaims name = claims();
        name.setClaim("name", List.of());
        assertThat(judge(issuer.token("ES256", name))).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void keyThatTheProviderBringsIsKnownByItsFirstTokenAndTheOldOnesStayWhileItIsAway() throws Exception {
        granted(issuer.token("ES256", claims()));
        PublicJsonWebKey next = RsaJwkGenerator.generateJwk(2048);
        next.setKeyId("next");
        nanos += SigningKeys.REST.toNanos();
        CompletableFuture<Verdict> verdict = authorizer
                .authorize(attempt(TestIssuer.sign("RS256", next, claims())))
                .toCompletableFuture();
        assertThat(verdict).isNotDone();
        fetches.get(1)
                .complete(
                        new JsonWebKeySet(issuer.key("ES256"), next).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
        assertThat(verdict.join()).isInstanceOf(Verdict.Granted.class);
        nanos += SigningKeys.FRESH.toNanos() + 1;
        granted(issuer.token("ES256", claims()));
        fetches.get(2).completeExceptionally(new IOException("away"));
        granted(issuer.token("ES256", claims()));
    }

    /** Such an answer of the provider once left everybody waiting, for ever: nothing was fetched again. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "{}", "{\"keys\":5}", "{\"keys\":[5]}", "{\"keys\":{}}", "{\"keys\":[[]]}"})
    void c03_answerThatIsNoSetKeepsNobodyWaitingAndTheNextOneCounts(String answer) throws Exception {
        CompletableFuture<Verdict> verdict =
                authorizer.authorize(attempt(issuer.token("ES256", claims()))).toCompletableFuture();
        fetches.get(0).complete(answer);
        assertThat(verdict).isCompletedWithValueMatching(Verdict.Unavailable.class::isInstance);
        nanos += SigningKeys.REST.toNanos();
        granted(issuer.token("ES256", claims()));
    }

    @Test
    void nobodyKnowsWhileNoKeyWasEverFetched() throws Exception {
        CompletableFuture<Verdict> verdict =
                authorizer.authorize(attempt(issuer.token("ES256", claims()))).toCompletableFuture();
        fetches.get(0).completeExceptionally(new IOException("away"));
        assertThat(verdict.join()).isInstanceOf(Verdict.Unavailable.class);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
