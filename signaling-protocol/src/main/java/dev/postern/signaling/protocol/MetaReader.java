package dev.postern.signaling.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Set;

/** Copies a JSON object as compact text and holds it against the rules of {@link Meta} on the way. */
final class MetaReader {

    /** Keys that no object of meta may have. */
    static final Set<String> TRAPS = Set.of("__proto__", "constructor", "prototype");

    private MetaReader() {}

    static Meta parse(String text) {
        JsonFactory factory = MessageCodec.factory(CodecLimits.STANDARD);
        try (JsonIn in = new JsonIn(factory, text, CodecLimits.STANDARD.listItems())) {
            if (in.enterObject()) {
                Meta meta = read(factory, in);
                if (in.parser().nextToken() == null) {
                    return meta;
                }
            }
            throw new IllegalArgumentException("meta must be one JSON object");
        } catch (IOException e) {
            throw new IllegalArgumentException("meta must be one JSON object", e);
        } catch (BadField e) {
            throw new IllegalArgumentException(e.sentence());
        }
    }

    /** Reads the object at whose start the cursor stands, up to its end. */
    static Meta read(JsonFactory factory, JsonIn in) throws IOException, BadField {
        if (!in.isObject()) {
            throw in.mustBe("an object");
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator out = factory.createGenerator(text)) {
            copy(in, out);
        }
        String json = text.toString();
        return json.equals(Meta.EMPTY.json()) ? Meta.EMPTY : new Meta(json);
    }

    private static void copy(JsonIn in, JsonGenerator out) throws IOException, BadField {
        JsonParser parser = in.parser();
        int depth = 0;
        JsonToken token = parser.currentToken();
        do {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            copyToken(in, parser, token, out);
        } while (depth > 0 && (token = parser.nextToken()) != null);
    }

    private static void copyToken(JsonIn in, JsonParser parser, JsonToken token, JsonGenerator out)
            throws IOException, BadField {
        switch (token) {
            case FIELD_NAME -> out.writeFieldName(key(in, parser.currentName()));
            case VALUE_STRING -> out.writeString(wellFormed(in, parser.getText()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeNumber(finite(in, parser.getText()));
            default -> out.copyCurrentEvent(parser);
        }
    }

    private static String key(JsonIn in, String key) throws BadField {
        if (TRAPS.contains(key)) {
            throw in.mustBe("an object without a key that is special in JavaScript");
        }
        return wellFormed(in, key);
    }

    private static String wellFormed(JsonIn in, String text) throws BadField {
        if (!WellFormed.is(text)) {
            throw in.mustBe("an object of well-formed Unicode");
        }
        return text;
    }

    private static String finite(JsonIn in, String number) throws BadField {
        if (!Double.isFinite(Double.parseDouble(number))) {
            throw in.mustBe("an object of finite numbers");
        }
        return number;
    }
}
