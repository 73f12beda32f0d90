package dev.postern.app.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jose4j.jwk.JsonWebKey;

/** What an identity provider answers instead of its keys: nobody waits for it for ever, and the next answer counts. */
class JwkSetFuzz {

    private static final String GOOD = """
            {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"good","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}""";

    @FuzzTest(maxDuration = "10m")
    void anyTextIsASetOrNoneAndTheNextOneCounts(byte[] input) {
        String[] texts = {new String(input, StandardCharsets.UTF_8), GOOD};
        int[] asked = new int[1];
        long[] now = new long[1];
        SigningKeys keys = new SigningKeys(() -> CompletableFuture.completedFuture(texts[asked[0]++]), () -> now[0]);

        CompletableFuture<List<JsonWebKey>> first = keys.keysFor(null);
        assertThat(first).isDone();
        if (!first.isCompletedExceptionally()) {
            assertThat(first.join()).hasSizeLessThanOrEqualTo(SigningKeys.MAX_KEYS);
        }
        now[0] += SigningKeys.FRESH.toNanos() + 1;
        assertThat(keys.keysFor("good")).isDone();
        assertThat(keys.keysFor("good").join()).extracting(JsonWebKey::getKeyId).containsExactly("good");
    }
}
