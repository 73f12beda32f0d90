package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.postern.signaling.protocol.Vectors.Vector;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema says of the vectors and of the page's examples what the codec says of them. */
class SchemaTest {

    /** What is refused by the codec for something that a schema has no words for; see the schema's description. */
    private static final Set<String> BEYOND_A_SCHEMA =
            Set.of("lone high surrogate", "lone low surrogate", "lone surrogate in meta", "infinite number in meta");

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @MethodSource("clientVectors")
    void everyClientVectorIsAccepted(Vector vector) {
        assertThat(WireSchema.CLIENT.faults(vector.json().get("message"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("serverVectors")
    void everyServerVectorIsAccepted(Vector vector) {
        assertThat(WireSchema.SERVER.faults(vector.json().get("message"))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("lenientVectors")
    void everyLenientTextIsAccepted(Vector vector) throws JsonProcessingException {
        JsonNode message = STRICT.readTree(vector.json().get("text").asText());
        assertThat(WireSchema.CLIENT.faults(message)).isEmpty();
    }

    @Test
    void everyExampleOfThePageIsAccepted() {
        assertThat(ProtocolPage.read().examples()).hasSizeGreaterThan(20).allSatisfy(example -> {
            WireSchema schema = example.fromClient() ? WireSchema.CLIENT : WireSchema.SERVER;
            assertThat(schema.faults(example.message()))
                    .as(example.message().toString())
                    .isEmpty();
        });
    }

    /** What is no JSON at all is not a schema's business; everything else is, but for what it cannot say. */
    @Test
    void everyMalformedTextThatIsJsonIsRefused() {
        Set<String> accepted = new TreeSet<>();
        int refused = 0;
        for (Vector vector : Vectors.of("malformed.json").toList()) {
            JsonNode message = parsed(vector.json().get("text").asText());
            if (message != null && WireSchema.CLIENT.accepts(message)) {
                accepted.add(vector.name());
            } else if (message != null) {
                refused++;
            }
        }
        assertThat(accepted).isEqualTo(new TreeSet<>(BEYOND_A_SCHEMA));
        assertThat(refused).isGreaterThan(50);
    }

    @Test
    void whatOneSideSendsIsNotTakenForTheOthers() {
        List<Vector> client = clientVectors().toList();
        assertThat(client.stream().filter(vector -> !type(vector).matches("ping|pong")))
                .isNotEmpty()
                .noneMatch(vector -> WireSchema.SERVER.accepts(vector.json().get("message")));
        assertThat(serverVectors().filter(vector -> !type(vector).matches("ping|pong")))
                .isNotEmpty()
                .noneMatch(vector -> WireSchema.CLIENT.accepts(vector.json().get("message")));
    }

    private static String type(Vector vector) {
        return vector.json().get("message").get("t").asText();
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            JsonNode node = STRICT.readTree(text);
            return node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    static Stream<Vector> clientVectors() {
        return Vectors.of("client.json");
    }

    static Stream<Vector> serverVectors() {
        return Vectors.of("server.json");
    }

    static Stream<Vector> lenientVectors() {
        return Vectors.of("lenient.json");
    }
}
