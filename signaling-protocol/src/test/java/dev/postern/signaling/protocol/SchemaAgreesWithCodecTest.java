package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.signaling.protocol.SchemaVariants.Variant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes every field of every message, at every depth, and gives it every wrong type, leaves it out, and goes to both
 * ends of its range: all from the schema. Of a client's message the schema and the codec must say the same; of a
 * server's, the codec may take more than the schema, but never less.
 */
class SchemaAgreesWithCodecTest {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    /** A message of one side, by its type. */
    record Case(boolean fromClient, JsonNode definition) {

        WireSchema schema() {
            return fromClient ? WireSchema.CLIENT : WireSchema.SERVER;
        }

        @Override
        public String toString() {
            return (fromClient ? "client " : "server ") + WireSchema.typeOf(definition);
        }
    }

    static Stream<Case> cases() {
        return Stream.concat(
                WireSchema.CLIENT.messages().stream().map(definition -> new Case(true, definition)),
                WireSchema.SERVER.messages().stream().map(definition -> new Case(false, definition)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyFieldIsTakenOrRefusedByBoth(Case message) {
        List<Variant> variants = SchemaVariants.of(message.schema(), message.definition());
        assertThat(taken(message, variants.get(0).message()))
                .as("the whole message")
                .isTrue();
        assertThat(variants).hasSizeGreaterThan(10).allSatisfy(variant -> {
            boolean bySchema = message.schema().accepts(variant.message());
            boolean byCodec = taken(message, variant.message());
            if (message.fromClient() || bySchema) {
                assertThat(byCodec).as(variant.toString()).isEqualTo(bySchema);
            }
        });
        assertThat(variants).as("refused by both").anyMatch(variant -> !taken(message, variant.message()));
    }

    private boolean taken(Case message, JsonNode json) {
        Decoded<?> decoded =
                message.fromClient() ? codec.decodeClient(json.toString()) : codec.decodeServer(json.toString());
        if (decoded instanceof Decoded.Malformed<?> malformed) {
            assertThat(malformed.reason())
                    .as(json.toString())
                    .isIn(Decoded.Reason.BAD_FIELD, Decoded.Reason.NO_TYPE, Decoded.Reason.UNKNOWN_TYPE);
            return false;
        }
        return true;
    }
}
