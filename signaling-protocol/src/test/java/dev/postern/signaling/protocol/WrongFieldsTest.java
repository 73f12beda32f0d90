package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.signaling.protocol.Decoded.Malformed;
import dev.postern.signaling.protocol.Decoded.Reason;
import dev.postern.signaling.protocol.SchemaVariants.Variant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Security cases 5 and 13, from the schema: what it refuses of a client's message is an error that says which request it was. */
class WrongFieldsTest {

    private static final Set<String> EVERY_KIND = Set.of(
            "is left out",
            "NULLfalse",
            "BOOLEANfalse",
            "NUMBERfalse",
            "NUMBERtrue",
            "STRINGfalse",
            "ARRAYfalse",
            "OBJECTfalse");

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    /** A message by its type. */
    record Case(JsonNode definition) {

        @Override
        public String toString() {
            return WireSchema.typeOf(definition);
        }
    }

    static Stream<Case> clientMessages() {
        return WireSchema.CLIENT.messages().stream().map(Case::new);
    }

    @ParameterizedTest
    @MethodSource("clientMessages")
    void c13_whatTheSchemaRefusesIsAnErrorWithTheIdOfItsRequest(Case message) {
        assertThat(WrongFields.of(message.definition())).hasSizeGreaterThan(20).allSatisfy(variant -> {
            Malformed<ClientMessage> malformed = malformed(variant);
            assertThat(malformed.reason()).isEqualTo(WrongFields.reasonOf(variant));
            assertThat(malformed.reason().errorCode().number()).isBetween(2400, 2499);
            assertThat(malformed.id()).isEqualTo(WrongFields.idOf(variant.message()));
            if (malformed.reason() == Reason.BAD_FIELD) {
                assertThat(malformed.detail()).startsWith("field '").contains(lastName(variant.path()));
            }
        });
    }

    /** What was tried is everything that there is. */
    @ParameterizedTest
    @MethodSource("clientMessages")
    void c13_everyFieldOfEveryDepthIsGivenEveryKindOfValue(Case message) {
        List<Variant> variants = SchemaVariants.of(WireSchema.CLIENT, message.definition());
        Set<String> paths = new TreeSet<>();
        addPaths(SchemaVariants.whole(WireSchema.CLIENT, message.definition()), "", paths);
        assertThat(paths)
                .hasSizeGreaterThan(1)
                .allSatisfy(path -> assertThat(variants.stream()
                                .filter(variant -> variant.path().equals(path))
                                .map(WrongFields::kindOf)
                                .collect(Collectors.toSet()))
                        .as(path)
                        .containsAll(EVERY_KIND));
    }

    private static void addPaths(JsonNode node, String path, Set<String> paths) {
        if (node.isArray()) {
            node.forEach(item -> addPaths(item, path + "[0]", paths));
        }
        node.properties().forEach(field -> {
            paths.add(path + "." + field.getKey());
            addPaths(field.getValue(), path + "." + field.getKey(), paths);
        });
    }

    @ParameterizedTest
    @MethodSource("clientMessages")
    void c13_leastThatTheSchemaAsksForIsAMessage(Case message) {
        ObjectNode least = SchemaVariants.least(WireSchema.CLIENT, message.definition());
        assertThat(WireSchema.CLIENT.faults(least)).isEmpty();
        assertThat(codec.decodeClient(least.toString())).isInstanceOf(Decoded.Message.class);
        least.fieldNames().forEachRemaining(name -> {
            ObjectNode less = least.deepCopy();
            less.remove(name);
            assertThat(codec.decodeClient(less.toString()))
                    .as("without " + name)
                    .isInstanceOf(Malformed.class);
        });
    }

    @Test
    void c05_whatOnlyAServerSendsIsUnsupported() {
        Set<String> ofClients = clientMessages().map(Case::toString).collect(Collectors.toSet());
        List<JsonNode> ofServers = WireSchema.SERVER.messages().stream()
                .filter(definition -> !ofClients.contains(WireSchema.typeOf(definition)))
                .toList();
        assertThat(ofServers).hasSizeGreaterThan(6).allSatisfy(definition -> {
            ObjectNode message =
                    SchemaVariants.whole(WireSchema.SERVER, definition).put("id", 7);
            Malformed<ClientMessage> malformed = malformed(new Variant("", "is a server's", null, message));
            assertThat(malformed.reason()).isEqualTo(Reason.UNKNOWN_TYPE);
            assertThat(malformed.id()).isEqualTo(7);
        });
    }

    @Test
    void vectorsHaveEachFieldOfEachMessageOnce() {
        ArrayNode vectors = WrongFields.vectors();
        assertThat(vectors.valueStream().map(vector -> vector.get("name").asText()))
                .doesNotHaveDuplicates()
                .contains("sig.to is 5", "sig.d.sdp is []", "ice.c[0].candidate is {}", "hello.resume.secret is null");
    }

    private Malformed<ClientMessage> malformed(Variant variant) {
        Decoded<ClientMessage> decoded = codec.decodeClient(variant.message().toString());
        assertThat(decoded).as(variant.toString()).isInstanceOf(Malformed.class);
        return (Malformed<ClientMessage>) decoded;
    }

    private static String lastName(String path) {
        return path.substring(path.lastIndexOf('.') + 1).replace("[0]", "");
    }
}
