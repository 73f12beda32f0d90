package dev.postern.app.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.app.config.ConfigException;
import dev.postern.app.config.ConfigSources;
import dev.postern.signaling.Authorizer.Attempt;
import dev.postern.signaling.Authorizer.Verdict;
import dev.postern.signaling.Grant;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of strangers, and, of what has a line feed in it, those of somebody who has a key: then what stands before it is the head and
 * what stands behind it the claims. There is a verdict on each, at once, and who is let in is who another reader finds in the claims.
 */
class TokenFuzz {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String ALGORITHM = "HmacSHA256";
    private static final long NOW_SECONDS = 1_800_000_000L;
    private static final ObjectMapper OTHER = new ObjectMapper();

    private final TokenAuthorizer authorizer;

    TokenFuzz() throws ConfigException {
        List<String> settings = List.of(
                "signaling.auth=jwt",
                "signaling.api-keys.web=" + SECRET,
                "signaling.jwt.jwks-url=https://id.example/jwks",
                "signaling.jwt.issuer=https://id.example");
        SigningKeys none = new SigningKeys(() -> CompletableFuture.completedFuture("{\"keys\":[]}"), () -> 0);
        authorizer = TokenAuthorizer.of(
                ConfigSources.of(null, Map.of(), settings).read(), none, () -> Instant.ofEpochSecond(NOW_SECONDS));
    }

    @FuzzTest(maxDuration = "10m")
    void nobodyIsLetInWithoutAKeyAndWithOneOnlyAsTheClaimsSay(byte[] input) throws GeneralSecurityException {
        String text = new String(input, StandardCharsets.UTF_8);
        assertThat(verdict(text)).isInstanceOf(Verdict.Refused.class);
        int line = text.indexOf('\n');
        if (line >= 0) {
            String head = text.substring(0, line);
            String claims = text.substring(line + 1);
            Verdict verdict = verdict(signed(head, claims));
            if (verdict instanceof Verdict.Granted granted) {
                assertIsSaid(granted.grant(), head, claims);
            } else {
                assertThat(verdict).isInstanceOf(Verdict.Refused.class);
            }
        }
    }

    private Verdict verdict(String token) {
        CompletableFuture<Verdict> verdict = authorizer
                .authorize(new Attempt(token, InetAddress.getLoopbackAddress(), null))
                .toCompletableFuture();
        assertThat(verdict).isCompleted();
        return verdict.join();
    }

    private static void assertIsSaid(Grant grant, String head, String claims) {
        JsonNode saidHead;
        JsonNode said;
        try {
            saidHead = OTHER.readTree(head);
            said = OTHER.readTree(claims);
        } catch (JsonProcessingException e) {
            return; // the library takes some texts for JSON that are none
        }
        assertThat(saidHead.path("alg").asText()).isEqualTo("HS256");
        assertThat(saidHead.path("kid").asText()).isEqualTo("web");
        assertThat(saidHead.path("crit").isMissingNode()
                        || saidHead.path("crit").isNull())
                .isTrue();
        assertThat(grant.subject()).isEqualTo(said.path("sub").asText()).isNotEmpty();
        assertThat(said.path("exp").asDouble()).isGreaterThan(NOW_SECONDS);
        JsonNode audience = said.path("aud");
        assertThat(audience.asText().equals("postern")
                        || audience.valueStream().anyMatch(one -> one.asText().equals("postern")))
                .isTrue();
    }

    private static String signed(String head, String claims) throws GeneralSecurityException {
        String content = encoded(head) + "." + encoded(claims);
        Mac mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        byte[] tag = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
        return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
