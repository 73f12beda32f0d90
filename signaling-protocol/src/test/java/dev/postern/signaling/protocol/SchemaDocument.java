package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.signaling.protocol.ProtocolModel.AbsentWith;
import dev.postern.signaling.protocol.ProtocolModel.Code;
import dev.postern.signaling.protocol.ProtocolModel.Field;
import dev.postern.signaling.protocol.ProtocolModel.FieldType;
import dev.postern.signaling.protocol.ProtocolModel.Message;
import dev.postern.signaling.protocol.ProtocolModel.Shape;
import dev.postern.signaling.protocol.ProtocolModel.Words;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The protocol as JSON Schema, draft 2020-12: one definition for each message, each object in one, each set of words. */
/*
 * Only keywords that draft-07 has as well, but for `$defs`: so the same definitions stand in the AsyncAPI document,
 * whose own schema language is draft-07 with additions.
 */
final class SchemaDocument {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What a schema cannot say, for a person. */
    private static final String BEYOND =
            "What a client sends is described as the server takes it, what a server sends as it sends it; a reader skips"
                    + " fields that it does not know. Not said here: texts are well-formed Unicode, numbers are finite, an"
                    + " integer has neither point nor exponent, and no key stands twice in one object.";

    private final ProtocolModel model;
    private final String prefix;

    private SchemaDocument(ProtocolModel model, String prefix) {
        this.model = model;
        this.prefix = prefix;
    }

    static ObjectNode of(ProtocolModel model) {
        SchemaDocument schema = new SchemaDocument(model, "#/$defs/");
        CodecLimits limits = CodecLimits.STANDARD;
        ObjectNode root = JSON.objectNode()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("$id", "urn:postern:signaling:" + Protocol.SUBPROTOCOL)
                .put("title", "Postern signaling, version " + Protocol.VERSION)
                .put("description", BEYOND);
        root.putArray("anyOf").add(schema.ref("ClientMessage")).add(schema.ref("ServerMessage"));
        root.putObject("x-limits")
                .put("messageChars", limits.messageChars())
                .put("depth", limits.depth())
                .put("tokens", limits.tokens())
                .put("listItems", limits.listItems());
        ObjectNode definitions = root.putObject("$defs");
        schema.definitions().forEach(definitions::set);
        return root;
    }

    /** The definitions alone, which refer to each other below the prefix. */
    static Map<String, ObjectNode> definitions(ProtocolModel model, String prefix) {
        return new SchemaDocument(model, prefix).definitions();
    }

    private Map<String, ObjectNode> definitions() {
        Map<String, ObjectNode> definitions = new LinkedHashMap<>();
        definitions.put("ClientMessage", family("What a client sends.", model.client()));
        definitions.put("ServerMessage", family("What the server sends.", model.server()));
        for (List<Message> side : List.of(model.client(), model.server())) {
            side.forEach(message -> definitions.put(message.name(), message(message)));
        }
        model.shapes().values().forEach(shape -> definitions.put(shape.name(), shape(shape)));
        model.words().values().forEach(words -> definitions.put(words.name(), words(words)));
        definitions.put("Meta", meta());
        definitions.put("MetaValue", metaValue());
        definitions.put("ErrorCode", codes("The codes of `err` that this version knows.", "x-retry", model.errors()));
        definitions.put("CloseCode", codes("The codes of `bye` that this version knows.", "x-advice", model.closes()));
        return definitions;
    }

    private ObjectNode family(String description, List<Message> messages) {
        ObjectNode family = JSON.objectNode().put("description", description);
        ArrayNode oneOf = family.putArray("oneOf");
        messages.forEach(message -> oneOf.add(ref(message.name())));
        return family;
    }

    private ObjectNode message(Message message) {
        ObjectNode node = JSON.objectNode().put("type", "object").put("description", message.description());
        ObjectNode properties = node.putObject("properties");
        properties.putObject("t").put("const", message.type());
        ArrayNode required = node.putArray("required").add("t");
        fields(node, properties, required, message.fields());
        return node;
    }

    private ObjectNode shape(Shape shape) {
        ObjectNode node = JSON.objectNode().put("type", "object").put("description", shape.description());
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = JSON.arrayNode();
        fields(node, properties, required, shape.fields());
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        return node;
    }

    private void fields(ObjectNode node, ObjectNode properties, ArrayNode required, List<Field> fields) {
        ArrayNode rules = JSON.arrayNode();
        Map<String, ArrayNode> together = new LinkedHashMap<>();
        for (Field field : fields) {
            properties.set(field.name(), field(field));
            if (field.required()) {
                required.add(field.name());
            }
            if (!field.with().isEmpty()) {
                together.computeIfAbsent(field.with(), any -> JSON.arrayNode()).add(field.name());
            }
            AbsentWith absentWith = field.absentWith();
            if (absentWith != null) {
                rules.add(unless(absentWith, field));
            }
        }
        together.forEach((first, others) -> rules.add(with(first, others)));
        if (!rules.isEmpty()) {
            node.set("allOf", rules);
        }
    }

    private static ObjectNode with(String first, ArrayNode others) {
        ObjectNode rule = JSON.objectNode();
        rule.putObject("if").putArray("required").add(first);
        rule.putObject("then").set("required", others);
        return rule;
    }

    private ObjectNode unless(AbsentWith absentWith, Field field) {
        ObjectNode rule = JSON.objectNode();
        rule.putObject("if")
                .putObject("properties")
                .putObject(absentWith.field())
                .put("const", absentWith.word());
        ObjectNode otherwise = rule.putObject("else");
        otherwise.putArray("required").add(field.name());
        otherwise.putObject("properties").set(field.name(), type(field.type()));
        return rule;
    }

    private ObjectNode field(Field field) {
        ObjectNode type = type(field.type());
        ObjectNode node = field.nullable() ? orNull(type) : type;
        node.put("description", field.description());
        if (!field.unit().isEmpty()) {
            node.put("x-unit", field.unit());
        }
        return node;
    }

    private static ObjectNode orNull(ObjectNode type) {
        if (type.has("type")) {
            ArrayNode types = JSON.arrayNode().add(type.get("type")).add("null");
            type.set("type", types);
            return type;
        }
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(type).add(JSON.objectNode().put("type", "null"));
        return either;
    }

    private ObjectNode type(FieldType type) {
        if (type instanceof ProtocolModel.Whole whole) {
            return JSON.objectNode()
                    .put("type", "integer")
                    .put("minimum", whole.min())
                    .put("maximum", whole.max());
        }
        if (type instanceof ProtocolModel.Many many) {
            ObjectNode list = JSON.objectNode().put("type", "array");
            list.set("items", type(many.item()));
            if (many.min() > 0) {
                list.put("minItems", many.min());
            }
            return list.put("maxItems", many.max());
        }
        if (type instanceof ProtocolModel.Named named) {
            return ref(named.name());
        }
        if (type instanceof ProtocolModel.Free) {
            return ref("Meta");
        }
        return JSON.objectNode().put("type", type instanceof ProtocolModel.Flag ? "boolean" : "string");
    }

    private static ObjectNode words(Words words) {
        ObjectNode node = JSON.objectNode().put("type", "string").put("description", words.description());
        ArrayNode constants = node.putArray("oneOf");
        words.meanings()
                .forEach((word, meaning) ->
                        constants.addObject().put("const", word).put("description", meaning));
        return node;
    }

    private static ObjectNode codes(String description, String outcome, List<Code> codes) {
        ObjectNode node = JSON.objectNode().put("type", "integer").put("description", description);
        ArrayNode constants = node.putArray("oneOf");
        for (Code code : codes) {
            constants
                    .addObject()
                    .put("const", code.number())
                    .put("title", code.name())
                    .put("description", code.when() + " " + code.remedy())
                    .set(outcome, code.outcome());
        }
        return node;
    }

    private ObjectNode meta() {
        ObjectNode node = JSON.objectNode().put("type", "object").put("description", model.meta());
        ArrayNode traps = node.putObject("propertyNames").putObject("not").putArray("enum");
        MetaReader.TRAPS.stream().sorted().forEach(traps::add);
        node.set("additionalProperties", ref("MetaValue"));
        return node;
    }

    private ObjectNode metaValue() {
        ObjectNode node = JSON.objectNode().put("description", "Anything in such an object, down to its depth.");
        ArrayNode anyOf = node.putArray("anyOf");
        anyOf.addObject()
                .putArray("type")
                .add("null")
                .add("boolean")
                .add("number")
                .add("string");
        anyOf.addObject().put("type", "array").set("items", ref("MetaValue"));
        anyOf.add(ref("Meta"));
        return node;
    }

    private ObjectNode ref(String name) {
        return JSON.objectNode().put("$ref", prefix + name);
    }
}
