package dev.postern.signaling.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over one JSON text that knows the field it stands at. Each reader takes the value of that field whole, or
 * says in one sentence why it is not what it must be.
 */
final class JsonIn implements AutoCloseable {

    private final JsonParser parser;
    private final int maxItems;
    private String field = "";

    JsonIn(JsonFactory factory, String text, int maxItems) throws IOException {
        this.parser = factory.createParser(text);
        this.maxItems = maxItems;
    }

    /** The parser itself, standing at the value of the current field. */
    JsonParser parser() {
        return parser;
    }

    /** The character that the parser has come to. */
    int offset() {
        return (int) Math.max(0, parser.currentLocation().getCharOffset());
    }

    /** Steps into the next object; false if what comes next is none. */
    boolean enterObject() throws IOException {
        return parser.nextToken() == JsonToken.START_OBJECT;
    }

    /** Steps to the value of the next field of the current object; false at its end. */
    boolean nextField() throws IOException {
        String name = parser.nextFieldName();
        if (name == null) {
            return false;
        }
        field = name;
        parser.nextToken();
        return true;
    }

    String field() {
        return field;
    }

    /** Reads to the end of the outermost object and on: true if nothing but white space is left. */
    boolean finish() throws IOException {
        while (!parser.getParsingContext().inRoot() && nextField()) {
            skip();
        }
        return parser.nextToken() == null;
    }

    void skip() throws IOException {
        parser.skipChildren();
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    boolean isText() {
        return parser.currentToken() == JsonToken.VALUE_STRING;
    }

    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    String text() throws IOException, BadField {
        if (!isText()) {
            throw mustBe("a text");
        }
        String text = parser.getText();
        if (!WellFormed.is(text)) {
            throw mustBe("well-formed Unicode");
        }
        return text;
    }

    @Nullable
    String textOrNull() throws IOException, BadField {
        return isNull() ? null : text();
    }

    /** An integer, {@code min} to {@link Protocol#MAX_INTEGER}. */
    long integer(long min) throws IOException, BadField {
        return integer(min, Protocol.MAX_INTEGER);
    }

    long integer(long min, long max) throws IOException, BadField {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            JsonParser.NumberType type = parser.getNumberType();
            if (type != JsonParser.NumberType.BIG_INTEGER) {
                long value = parser.getLongValue();
                if (value >= min && value <= max) {
                    return value;
                }
            }
        }
        throw mustBe("an integer from " + min + " to " + max);
    }

    boolean flag() throws BadField {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw mustBe("true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    <E extends Enum<E> & WireNamed> E constant(Class<E> type) throws IOException, BadField {
        E constant = isText() ? WireNamed.find(type, parser.getText()) : null;
        if (constant == null) {
            List<String> names = new ArrayList<>();
            for (E known : type.getEnumConstants()) {
                names.add(known.wireName());
            }
            throw mustBe("one of " + String.join(", ", names));
        }
        return constant;
    }

    /** Reads an object; the reader is called inside it and leaves it by {@link #nextField} returning false. */
    <T> T object(Item<T> reader) throws IOException, BadField {
        if (!isObject()) {
            throw mustBe("an object");
        }
        return reader.read(this);
    }

    /** Reads an array; the reader is called at each item. */
    <T> List<T> list(Item<T> reader) throws IOException, BadField {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw mustBe("a list");
        }
        String name = field;
        List<T> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            field = name;
            if (items.size() == maxItems) {
                throw mustBe("a list of at most " + maxItems);
            }
            items.add(reader.read(this));
        }
        return items;
    }

    BadField mustBe(String what) {
        return new BadField("field '" + field + "' must be " + what);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    /** How to read one value at which the cursor stands. */
    interface Item<T> {

        T read(JsonIn in) throws IOException, BadField;
    }
}
