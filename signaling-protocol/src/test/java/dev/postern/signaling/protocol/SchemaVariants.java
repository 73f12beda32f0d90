package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one type, made from the schema: the one that has every field, and that one with one thing done to it. Each field, at
 * every depth, is given every kind of value, is left out, and goes to both ends of its range. What the schema says of them is not
 * looked at.
 */
final class SchemaVariants {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final BigInteger BEYOND_LONG = BigInteger.ONE.shiftLeft(64);

    private static final List<JsonNode> ANY = List.of(
            JSON.nullNode(),
            JSON.booleanNode(true),
            JSON.numberNode(5),
            JSON.numberNode(-1),
            JSON.numberNode(1.5),
            JSON.numberNode(1e300),
            JSON.numberNode(BEYOND_LONG),
            JSON.textNode("5"),
            JSON.textNode(""),
            JSON.arrayNode(),
            JSON.arrayNode().add(5),
            JSON.arrayNode().addNull(),
            JSON.arrayNode().add(JSON.arrayNode()),
            JSON.arrayNode().add(JSON.objectNode()),
            JSON.objectNode(),
            JSON.objectNode().put("x", 5));

    private final WireSchema schema;
    private final ObjectNode whole;
    private final List<Variant> variants = new ArrayList<>();

    /**
     * A message and what was done to it.
     *
     * @param path the field that it was done to, such as {@code .c[0].sdpMid}; empty for the message itself
     * @param value what the field has now; null if it was left out, or something was done inside of it
     */
    record Variant(String path, String what, @Nullable JsonNode value, ObjectNode message) {

        @Override
        public String toString() {
            return path + " " + what + ": " + message;
        }
    }

    private SchemaVariants(WireSchema schema, ObjectNode whole) {
        this.schema = schema;
        this.whole = whole;
    }

    /** The whole message first. */
    static List<Variant> of(WireSchema schema, JsonNode definition) {
        SchemaVariants made = new SchemaVariants(schema, whole(schema, definition));
        made.variants.add(new Variant("", "is whole", null, made.whole));
        made.add("", "has another field", null, root -> ((ObjectNode) root).put("later", 1));
        made.into(definition, root -> root, "");
        return made.variants;
    }

    /** The message that has every field. */
    static ObjectNode whole(WireSchema schema, JsonNode definition) {
        return object(schema, definition, false);
    }

    /** The message that has no field that it can do without. */
    static ObjectNode least(WireSchema schema, JsonNode definition) {
        return object(schema, definition, true);
    }

    private static JsonNode sample(WireSchema schema, JsonNode described, boolean isLeast) {
        JsonNode node = schema.resolved(described);
        if (node.has("const")) {
            return node.get("const");
        }
        if (node.has("oneOf")) {
            return node.get("oneOf").get(0).get("const");
        }
        if (node.has("anyOf")) {
            return sample(schema, node.get("anyOf").get(0), isLeast);
        }
        JsonNode type = node.get("type");
        return switch (type.isArray() ? type.get(0).asText() : type.asText()) {
            case "string" -> JSON.textNode("x");
            case "integer" -> JSON.numberNode(node.get("minimum").asLong() + 1);
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> array(schema, node, isLeast);
            case "object" -> object(schema, node, isLeast);
            default -> throw new IllegalStateException("no sample of " + node);
        };
    }

    private static ArrayNode array(WireSchema schema, JsonNode node, boolean isLeast) {
        boolean isEmpty = isLeast && node.path("minItems").asInt(0) == 0;
        return isEmpty ? JSON.arrayNode() : JSON.arrayNode().add(sample(schema, node.get("items"), isLeast));
    }

    private static ObjectNode object(WireSchema schema, JsonNode node, boolean isLeast) {
        ObjectNode object = JSON.objectNode();
        node.path("properties").properties().forEach(field -> {
            if (!isLeast || mustHave(node, field.getKey())) {
                object.set(field.getKey(), sample(schema, field.getValue(), isLeast));
            }
        });
        return object;
    }

    /** The first word of a set is one that the field of another {@code allOf} depends on, so that it must be there. */
    private static boolean mustHave(JsonNode node, String field) {
        Stream<JsonNode> rules = node.path("allOf").valueStream().map(rule -> rule.path("else"));
        return Stream.concat(Stream.of(node), rules)
                .flatMap(part -> part.path("required").valueStream())
                .anyMatch(name -> name.asText().equals(field));
    }

    /** Goes through a definition and the whole message side by side. */
    private void into(JsonNode described, Function<JsonNode, JsonNode> place, String path) {
        JsonNode node = either(schema.resolved(described));
        if (node.has("properties")) {
            node.get("properties").properties().forEach(field -> {
                String name = field.getKey();
                field(schema.resolved(field.getValue()), place, name, path + "." + name);
            });
        } else if (node.has("items")) {
            items(node, place, path);
        } else if (node.has("propertyNames")) {
            node.get("propertyNames").get("not").get("enum").forEach(key -> keys(place, path, key.asText()));
        }
    }

    private void field(JsonNode described, Function<JsonNode, JsonNode> place, String name, String path) {
        add(path, "is left out", null, root -> ((ObjectNode) place.apply(root)).remove(name));
        JsonNode node = either(described);
        Stream.of(ANY.stream(), ends(node), words(node))
                .flatMap(values -> values)
                .forEach(value ->
                        add(path, "is " + value, value, root -> ((ObjectNode) place.apply(root)).set(name, value)));
        into(node, root -> place.apply(root).get(name), path);
    }

    private void items(JsonNode node, Function<JsonNode, JsonNode> place, String path) {
        JsonNode item = place.apply(whole).get(0);
        for (int size : new int[] {CodecLimits.STANDARD.listItems(), CodecLimits.STANDARD.listItems() + 1}) {
            add(path, "has " + size + " items", null, root -> {
                ArrayNode list = (ArrayNode) place.apply(root);
                while (list.size() < size) {
                    list.add(item.deepCopy());
                }
            });
        }
        into(node.get("items"), root -> place.apply(root).get(0), path + "[0]");
    }

    /** A key that no object may have here: in it, in an object inside of it, and in one of a list. */
    private void keys(Function<JsonNode, JsonNode> place, String path, String key) {
        add(path, "has " + key, null, root -> ((ObjectNode) place.apply(root)).put(key, 1));
        add(
                path,
                "has an object with " + key,
                null,
                root -> ((ObjectNode) place.apply(root))
                        .set("a", JSON.objectNode().put(key, 1)));
        add(
                path,
                "has a list with " + key,
                null,
                root -> ((ObjectNode) place.apply(root))
                        .set("a", JSON.arrayNode().add(JSON.objectNode().put(key, 1))));
    }

    private void add(String path, String what, @Nullable JsonNode value, Consumer<JsonNode> change) {
        ObjectNode copy = whole.deepCopy();
        change.accept(copy);
        variants.add(new Variant(path, what, value, copy));
    }

    /** The first of the alternatives, which is not the one that says null. */
    private JsonNode either(JsonNode node) {
        return node.has("anyOf") ? schema.resolved(node.get("anyOf").get(0)) : node;
    }

    private static Stream<JsonNode> ends(JsonNode node) {
        if (!node.has("minimum")) {
            return Stream.of();
        }
        long min = node.get("minimum").asLong();
        long max = node.get("maximum").asLong();
        return Stream.of(min - 1, min, max, max + 1).map(JSON::numberNode);
    }

    /** Every word that is one, and none of them in capitals. */
    private static Stream<JsonNode> words(JsonNode node) {
        return node.path("oneOf")
                .valueStream()
                .map(word -> word.get("const"))
                .filter(JsonNode::isTextual)
                .flatMap(word -> Stream.of(word, JSON.textNode(word.asText().toUpperCase(Locale.ROOT))));
    }
}
