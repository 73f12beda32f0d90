package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed AsyncAPI document, held against AsyncAPI's own schema of such documents, and against itself. */
class AsyncApiTest {

    private static final SchemaRegistry DRAFT_7 = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

    private final JsonNode document = GeneratedFiles.json(GeneratedFiles.ASYNC_API);

    @Test
    void theDocumentIsOneByAsyncApisOwnSchema() throws IOException {
        assertThat(ofAsyncApi().validate(document)).isEmpty();
    }

    /** Else the test above would show nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/info", "/operations/receiveClientJoin", "/channels/socket", "/components/messages/ClientJoin"})
    void aDocumentWithSomethingElseInItIsNone(String place) throws IOException {
        JsonNode broken = document.deepCopy();
        ((ObjectNode) broken.at(place)).put("unheardOf", 1);
        assertThat(ofAsyncApi().validate(broken)).isNotEmpty();
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = document.findValues("$ref").stream()
                .map(JsonNode::asText)
                .distinct()
                .toList();
        assertThat(references).hasSizeGreaterThan(50).allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
        });
    }

    @Test
    void everyMessageIsInEveryChannelAndHasAnOperation() {
        JsonNode messages = document.at("/components/messages");
        assertThat(messages).isNotEmpty();
        for (Map.Entry<String, JsonNode> message : messages.properties()) {
            assertThat(document.get("channels"))
                    .allSatisfy(channel -> assertThat(channel.get("messages").has(message.getKey()))
                            .isTrue());
            String name = (message.getKey().startsWith("Client") ? "receive" : "send") + message.getKey();
            assertThat(document.get("operations").has(name)).as(name).isTrue();
        }
    }

    /** Its schemas are those of the JSON Schema in the language of AsyncAPI, so they are tried again. */
    @Test
    void everyExampleIsWhatItsPayloadSays() {
        int examples = 0;
        for (JsonNode message : document.at("/components/messages")) {
            ObjectNode root = Vectors.MAPPER.createObjectNode();
            root.set("allOf", Vectors.MAPPER.createArrayNode().add(message.get("payload")));
            root.set("components", document.get("components"));
            Schema payload = DRAFT_7.getSchema(root);
            for (JsonNode example : message.get("examples")) {
                assertThat(payload.validate(example.get("payload")))
                        .as(example.toString())
                        .isEmpty();
                assertThat(payload.validate(((ObjectNode) example.get("payload").deepCopy()).put("t", "other")))
                        .isNotEmpty();
                examples++;
            }
        }
        assertThat(examples).isGreaterThan(30);
    }

    /** From the npm package {@code @asyncapi/specs} 6.11.1, Apache-2.0. */
    private static Schema ofAsyncApi() throws IOException {
        String file = "/asyncapi/3.0.0-without-$id.json";
        try (InputStream in = Objects.requireNonNull(AsyncApiTest.class.getResourceAsStream(file))) {
            return DRAFT_7.getSchema(Vectors.MAPPER.readTree(in));
        }
    }
}
