package dev.postern.natsim.scenario;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Writes the sections as a JSON Schema, which editors complete keys and show sentences from. */
final class JsonSchema implements Shape.Handler<ObjectNode> {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ObjectNode definitions = JSON.objectNode();

    private JsonSchema() {}

    static String of(Section section) {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A scenario of Postern's NAT simulator");
        JsonSchema blocks = new JsonSchema();
        schema.setAll(blocks.onBlock(section));
        schema.set("$defs", blocks.definitions);
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree in memory cannot be written", e);
        }
    }

    /** Numbers and flags are text to the reader; so any value will do where no words are given. */
    @Override
    public ObjectNode onText(List<String> words) {
        ObjectNode schema = JSON.objectNode();
        ArrayNode types = schema.putArray("type");
        types.add("string").add("number").add("boolean");
        if (!words.isEmpty()) {
            ArrayNode known = schema.putArray("enum");
            words.forEach(known::add);
            if (words.equals(List.of("true", "false"))) {
                known.add(true).add(false);
            }
        }
        return schema;
    }

    @Override
    public ObjectNode onList(Shape item) {
        ObjectNode schema = JSON.objectNode().put("type", "array");
        schema.set("items", item.tell(this));
        return schema;
    }

    /** Each section once, by its title, however often it is used. */
    @Override
    public ObjectNode onBlock(Section section) {
        if (!definitions.has(section.title())) {
            definitions.putNull(section.title());
            definitions.set(section.title(), block(section));
        }
        return JSON.objectNode().put("$ref", "#/$defs/" + section.title().replace(" ", "%20"));
    }

    private ObjectNode block(Section section) {
        ObjectNode schema = JSON.objectNode().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        for (Key<?> key : section.keys()) {
            ObjectNode value = key.kind().shape().tell(this);
            value.put("description", key.sentence());
            properties.set(key.name(), value);
            if (key.required()) {
                required.add(key.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    @Override
    public ObjectNode onNamed(Shape value) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        schema.set("additionalProperties", value.tell(this));
        return schema;
    }

    @Override
    public ObjectNode onEither(Shape one, Shape other) {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("anyOf").add(one.tell(this)).add(other.tell(this));
        return schema;
    }
}
