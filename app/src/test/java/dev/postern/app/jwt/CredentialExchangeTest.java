package dev.postern.app.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.credentials.CredentialMint;
import dev.postern.app.credentials.OpenRooms;
import dev.postern.signaling.PostEndpoint.Answer;
import dev.postern.signaling.PostEndpoint.Question;
import dev.postern.stun.auth.SharedSecretCredentials;
import dev.postern.stun.auth.TimeLimitedName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in, credentials out, in virtual time. */
class CredentialExchangeTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long EPOCH = 1_800_000_000L;
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final TestIssuer issuer;
    private final List<CompletableFuture<String>> fetches = new ArrayList<>();
    private final OpenRooms rooms = new OpenRooms(new Random(1), Duration.ofDays(1));
    private final CredentialExchange exchange;
    private long now = Long.MAX_VALUE - 5;

    CredentialExchangeTest() throws Exception {
        issuer = new TestIssuer();
        TokenVerifier.Expected expected =
                new TokenVerifier.Expected(TestIssuer.ISSUER, TestIssuer.AUDIENCE, "sub", "room");
        exchange = new CredentialExchange(
                new TokenVerifier(
                        new SigningKeys(this::onFetch, () -> now), expected, () -> Instant.ofEpochSecond(EPOCH)),
                new CredentialMint(SECRET, () -> Instant.ofEpochSecond(EPOCH)),
                rooms,
                () -> List.of("turn:192.0.2.1:3478"),
                LONGEST,
                () -> Instant.ofEpochSecond(EPOCH),
                () -> now,
                7);
    }

    private CompletableFuture<String> onFetch() {
        CompletableFuture<String> fetch = new CompletableFuture<>();
        fetches.add(fetch);
        return fetch;
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void tokenBuysACredentialThatTheRelayAccepts(String algorithm) throws Exception {
        Answer answer = ask(issuer.token(algorithm, TestIssuer.claims("ann", EPOCH + 7200)));
        assertThat(answer.status()).isEqualTo(200);
        JsonNode body = MAPPER.readTree(answer.json());
        String username = body.get("username").asText();
        assertThat(username).isEqualTo(EPOCH + LONGEST.toSeconds() + ":ann");
        assertThat(body.get("password").asText()).isEqualTo(SharedSecretCredentials.password(SECRET, username));
        assertThat(body.get("ttl").asLong()).isEqualTo(LONGEST.toSeconds());
        assertThat(body.get("uris")).extracting(JsonNode::asText).containsExactly("turn:192.0.2.1:3478");
    }

    @Test
    void credentialIsValidNoLongerThanTheToken() throws Exception {
        JsonNode body = MAPPER.readTree(
                ask(issuer.token("ES256", TestIssuer.claims("ann", EPOCH + 60))).json());
        assertThat(body.get("ttl").asLong()).isEqualTo(60);
        assertThat(body.get("username").asText()).isEqualTo(EPOCH + 60 + ":ann");
    }

    @Test
    void roomOfTheTokenIsTheRoomOfTheCredential() throws Exception {
        JwtClaims claims = TestIssuer.claims("ann", EPOCH + 7200);
        claims.setStringClaim("room", "kitchen");
        JsonNode body = MAPPER.readTree(ask(issuer.token("EdDSA", claims)).json());
        TimeLimitedName name = Objects.requireNonNull(
                TimeLimitedName.parse(body.get("username").asText()));
        assertThat(name.user()).isEqualTo("ann");
        assertThat(name.roomTag()).isEqualTo(TimeLimitedName.roomTag(SECRET, rooms.idOf("kitchen")));
    }

    @Test
    void tokensThatAreNotForUsNowAreRefused() throws Exception {
        JwtClaims otherIssuer = TestIssuer.claims("ann", EPOCH + 60);
        otherIssuer.setIssuer("https://evil.example");
        JwtClaims otherAudience = TestIssuer.claims("ann", EPOCH + 60);
        otherAudience.setAudience("another");
        JwtClaims noAudience = TestIssuer.claims("ann", EPOCH + 60);
        noAudience.unsetClaim("aud");
        JwtClaims noEnd = TestIssuer.claims("ann", EPOCH + 60);
        noEnd.unsetClaim("exp");
        JwtClaims notYet = TestIssuer.claims("ann", EPOCH + 600);
        notYet.setNotBefore(NumericDate.fromSeconds(EPOCH + 300));
        JwtClaims roomIsNoText = TestIssuer.claims("ann", EPOCH + 60);
        roomIsNoText.setClaim("room", 7);
        List<JwtClaims> refused = List.of(
                otherIssuer,
                otherAudience,
                noAudience,
                noEnd,
                notYet,
                roomIsNoText,
                TestIssuer.claims("", EPOCH + 60),
                TestIssuer.claims("a\nb", EPOCH + 60),
                TestIssuer.claims("x".repeat(500), EPOCH + 60),
                TestIssuer.claims("ann#" + "x".repeat(TimeLimitedName.ROOM_TAG_CHARACTERS), EPOCH + 60),
                TestIssuer.claims("ann", EPOCH - 31),
                TestIssuer.claims("ann", EPOCH));
        for (JwtClaims claims : refused) {
            Answer answer = ask(issuer.token("ES256", claims));
            assertThat(answer.status()).as(claims.toString()).isEqualTo(401);
            assertThat(answer.json()).isEqualTo("{\"error\":\"the token is not accepted\"}");
        }
    }

    @Test
    void unsignedTokensAndThoseSignedWithAPublicKeyAsASecretAreRefused() throws Exception {
        String payload = encoded(TestIssuer.claims("ann", EPOCH + 60).toJson());
        assertThat(ask(encoded("{\"alg\":\"none\"}") + "." + payload + ".").status())
                .isEqualTo(401);
        PublicJsonWebKey rsa = issuer.key("RS256");
        for (byte[] secret :
                List.of(rsa.getPublicKey().getEncoded(), issuer.jwks().getBytes(StandardCharsets.UTF_8))) {
            String head = encoded("{\"alg\":\"HS256\",\"kid\":\"key-RS256\"}");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] tag = mac.doFinal((head + "." + payload).getBytes(StandardCharsets.US_ASCII));
            String forged = head + "." + payload + "."
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
            assertThat(ask(forged).status()).isEqualTo(401);
        }
    }

    @Test
    void signatureOfAnotherKeyOrOfTheWrongKindIsRefused() throws Exception {
        PublicJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
        other.setKeyId("key-RS256");
        JwtClaims claims = TestIssuer.claims("ann", EPOCH + 60);
        assertThat(ask(TestIssuer.sign("RS256", other, claims)).status()).isEqualTo(401);
        other.setKeyId("key-ES256");
        assertThat(ask(TestIssuer.sign("RS256", other, claims)).status()).isEqualTo(401);
        String good = issuer.token("RS256", claims);
        assertThat(ask(good.substring(0, good.length() - 8) + "AAAAAAAA").status())
                .isEqualTo(401);
        assertThat(ask(TestIssuer.sign("RS512", issuer.key("RS256"), claims)).status())
                .as("an algorithm that is not on the list")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer ..", "Basic YTpi", "bearer é.é.é"})
    void whatIsNoTokenIsRefusedWithoutAFetch(String header) {
        assertThat(exchange.post(question(header, 1))
                        .toCompletableFuture()
                        .join()
                        .status())
                .isEqualTo(401);
        assertThat(exchange.post(question(null, 1)).toCompletableFuture().join().status())
                .isEqualTo(401);
        assertThat(fetches).isEmpty();
    }

    @Test
    void unknownKeyIdsFetchTheSetAtMostOnceAWhile() throws Exception {
        assertThat(ask(issuer.token("ES256", TestIssuer.claims("ann", EPOCH + 60)))
                        .status())
                .isEqualTo(200);
        PublicJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
        for (int i = 0; i < 20; i++) {
            made.setKeyId("made-up-" + i);
            assertThat(ask(TestIssuer.sign("RS256", made, TestIssuer.claims("ann", EPOCH + 60)))
                            .status())
                    .isEqualTo(401);
        }
        assertThat(fetches).hasSize(1);
        now += SigningKeys.REST.toNanos();
        made.setKeyId("made-up");
        assertThat(ask(TestIssuer.sign("RS256", made, TestIssuer.claims("ann", EPOCH + 60)))
                        .status())
                .isEqualTo(401);
        assertThat(fetches).hasSize(2);
    }

    @Test
    void keysStayGoodForAWhileWhileTheProviderIsAway() throws Exception {
        String token = issuer.token("ES256", TestIssuer.claims("ann", EPOCH + 60));
        assertThat(ask(token).status()).isEqualTo(200);
        now += SigningKeys.FRESH.toNanos() + 1;
        assertThat(post(token, 1).join().status()).isEqualTo(200);
        assertThat(fetches).as("fetched beside the answer").hasSize(2);
        fetches.get(1).completeExceptionally(new IOException("away"));
        assertThat(post(token, 1).join().status()).isEqualTo(200);
        now += SigningKeys.USABLE.toNanos();
        CompletableFuture<Answer> late = post(token, 1);
        assertThat(late).isNotDone();
        fetches.get(2).completeExceptionally(new IOException("away"));
        assertThat(late.join().status()).isEqualTo(503);
        assertThat(post(token, 1).join().status()).as("no fetch so soon").isEqualTo(503);
    }

    @Test
    void onlySoManyWaitForTheKeys() throws Exception {
        String token = issuer.token("ES256", TestIssuer.claims("ann", EPOCH + 60));
        List<CompletableFuture<Answer>> waiting = new ArrayList<>();
        for (int i = 0; i < SigningKeys.MAX_WAITING; i++) {
            waiting.add(post(token, i));
        }
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(post(token, 1).join().status()).isEqualTo(503);
        assertThat(fetches).hasSize(1);
        fetches.get(0).complete(issuer.jwks());
        assertThat(waiting).allMatch(answer -> answer.join().status() == 200);
    }

    @Test
    void oneAddressMayAskOnlySoOften() {
        for (int i = 0; i < CredentialExchange.BURST; i++) {
            assertThat(exchange.post(question(null, 1))
                            .toCompletableFuture()
                            .join()
                            .status())
                    .isEqualTo(401);
        }
        assertThat(exchange.post(question(null, 1)).toCompletableFuture().join().status())
                .isEqualTo(429);
        assertThat(exchange.post(question(null, 2)).toCompletableFuture().join().status())
                .isEqualTo(401);
    }

    private Answer ask(String token) {
        CompletableFuture<Answer> answer = post(token, 1);
        fetches.forEach(fetch -> fetch.complete(issuer.jwks()));
        return answer.join();
    }

    private CompletableFuture<Answer> post(String token, int host) {
        return exchange.post(question("Bearer " + token, host)).toCompletableFuture();
    }

    private static Question question(@Nullable String authorization, int host) {
        try {
            return new Question(InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host}), authorization);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
