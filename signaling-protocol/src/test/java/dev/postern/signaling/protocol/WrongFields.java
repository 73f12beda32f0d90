package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.signaling.protocol.Decoded.Reason;
import dev.postern.signaling.protocol.SchemaVariants.Variant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the schema refuses of the messages of a client, and what must be said to it: security case 13. */
final class WrongFields {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long FIRST_ID = 10_000;

    private WrongFields() {}

    /** Of the variants of a message of this definition those that the schema refuses. */
    static List<Variant> of(JsonNode definition) {
        return SchemaVariants.of(WireSchema.CLIENT, definition).stream()
                .filter(variant -> !WireSchema.CLIENT.accepts(variant.message()))
                .toList();
    }

    /** Why a refused variant is none: a type is unknown or missing, everything else is a matter of its field. */
    static Reason reasonOf(Variant refused) {
        if (!refused.path().equals(".t")) {
            return Reason.BAD_FIELD;
        }
        JsonNode type = refused.value();
        return type != null && type.isTextual() ? Reason.UNKNOWN_TYPE : Reason.NO_TYPE;
    }

    /** The id that an answer can name; null if the message has none, or one that is none. */
    static @Nullable Long idOf(JsonNode message) {
        JsonNode id = message.path("id");
        boolean isId = id.isIntegralNumber()
                && id.canConvertToLong()
                && id.asLong() >= 1
                && id.asLong() <= Protocol.MAX_INTEGER;
        return isId ? id.asLong() : null;
    }

    /** The kind of value that a variant has put in. */
    static String kindOf(Variant variant) {
        JsonNode value = variant.value();
        return value == null ? variant.what() : String.valueOf(value.getNodeType()) + value.isFloatingPointNumber();
    }

    /**
     * One text for each field and each kind of value that it may not have, as the vectors have them, for those who have no schema at
     * hand. The ids rise, so that one session can send them all.
     */
    static ArrayNode vectors() {
        ArrayNode vectors = JSON.arrayNode();
        for (JsonNode definition : WireSchema.CLIENT.messages()) {
            Set<String> seen = new HashSet<>();
            for (Variant variant : of(definition)) {
                if (!variant.what().contains("items") && seen.add(variant.path() + kindOf(variant))) {
                    vectors.add(vector(WireSchema.typeOf(definition), variant, FIRST_ID + vectors.size()));
                }
            }
        }
        return vectors;
    }

    /** The vectors as a file, one in each line. */
    static String text() {
        return vectors().valueStream().map(JsonNode::toString).collect(Collectors.joining(",\n  ", "[\n  ", "\n]\n"));
    }

    private static ObjectNode vector(String type, Variant variant, long id) {
        ObjectNode message = variant.message();
        boolean hasId = idOf(message) != null;
        if (hasId) {
            message.put("id", id);
        }
        ObjectNode vector = JSON.objectNode()
                .put("name", type + variant.path() + " " + variant.what())
                .put("text", message.toString())
                .put("error", reasonOf(variant).errorCode().wireName());
        return hasId ? vector.put("id", id) : vector.putNull("id");
    }
}
