package dev.postern.signaling.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A JSON object being written, field after field. Null values are left out unless the method says otherwise. */
final class JsonOut {

    private final JsonGenerator generator;

    JsonOut(JsonGenerator generator) {
        this.generator = generator;
    }

    JsonOut text(String field, @Nullable String value) {
        if (value != null) {
            write(() -> generator.writeStringField(field, wellFormed(value)));
        }
        return this;
    }

    JsonOut number(String field, long value) {
        write(() -> generator.writeNumberField(field, value));
        return this;
    }

    /** Writes null as {@code null}. */
    JsonOut numberOrNull(String field, @Nullable Long value) {
        write(() -> {
            generator.writeFieldName(field);
            if (value == null) {
                generator.writeNull();
            } else {
                generator.writeNumber(value);
            }
        });
        return this;
    }

    JsonOut flag(String field, boolean value) {
        write(() -> generator.writeBooleanField(field, value));
        return this;
    }

    JsonOut meta(String field, Meta value) {
        write(() -> {
            generator.writeFieldName(field);
            generator.writeRawValue(value.json());
        });
        return this;
    }

    JsonOut texts(String field, List<String> values) {
        write(() -> {
            generator.writeArrayFieldStart(field);
            for (String value : values) {
                generator.writeString(wellFormed(value));
            }
            generator.writeEndArray();
        });
        return this;
    }

    <T> JsonOut object(String field, T value, BiConsumer<JsonOut, T> writer) {
        write(() -> generator.writeObjectFieldStart(field));
        writer.accept(this, value);
        write(generator::writeEndObject);
        return this;
    }

    <T> JsonOut objects(String field, List<T> values, BiConsumer<JsonOut, T> writer) {
        write(() -> generator.writeArrayFieldStart(field));
        for (T value : values) {
            write(generator::writeStartObject);
            writer.accept(this, value);
            write(generator::writeEndObject);
        }
        write(generator::writeEndArray);
        return this;
    }

    /** Jackson would write a lone surrogate as three bytes that are not UTF-8. */
    private static String wellFormed(String value) {
        if (!WellFormed.is(value)) {
            throw new IllegalArgumentException("a text of the message is not well-formed Unicode");
        }
        return value;
    }

    private static void write(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {

        void run() throws IOException;
    }
}
