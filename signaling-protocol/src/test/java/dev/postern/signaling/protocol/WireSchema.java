package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;

/** The committed schema, in the hands of a validator that is not ours. */
final class WireSchema {

    static final WireSchema CLIENT = new WireSchema("ClientMessage");
    static final WireSchema SERVER = new WireSchema("ServerMessage");

    private final JsonNode definitions;
    private final ObjectNode family;
    private final Schema schema;

    private WireSchema(String family) {
        definitions = GeneratedFiles.json(GeneratedFiles.SCHEMA).get("$defs");
        this.family = (ObjectNode) definitions.get(family);
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema").put("$ref", "#/$defs/" + family);
        root.set("$defs", definitions);
        schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(root);
    }

    /** What the schema has against a message; empty if nothing. */
    List<Error> faults(JsonNode message) {
        return schema.validate(message);
    }

    boolean accepts(JsonNode message) {
        return faults(message).isEmpty();
    }

    /** The definitions of the messages. */
    List<JsonNode> messages() {
        return family.get("oneOf").valueStream().map(this::resolved).toList();
    }

    /** The {@code t} of the messages of this definition. */
    static String typeOf(JsonNode definition) {
        return definition.get("properties").get("t").get("const").asText();
    }

    /** The definition that a node refers to, or the node itself. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? definitions.get(node.get("$ref").asText().replace("#/$defs/", "")) : node;
    }
}
