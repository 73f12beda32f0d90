package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The protocol as its Java types have it, ready to be written in another language.
 *
 * @param client the messages of a client, in the order of the sources
 * @param server the messages of the server
 * @param shapes the objects inside of messages, by name
 * @param words the texts that are one of a few, by name
 * @param meta what a free object is
 * @param errors the codes of errors
 * @param closes the codes of closes
 * @param carriers what carries the messages, the WebSocket first
 */
record ProtocolModel(
        List<Message> client,
        List<Message> server,
        Map<String, Shape> shapes,
        Map<String, Words> words,
        String meta,
        List<Code> errors,
        List<Code> closes,
        List<Carrier> carriers) {

    /**
     * A message.
     *
     * @param name unique in the protocol, such as {@code ClientSig}
     * @param type its {@code t}
     * @param request whether it is answered by one {@code ok} or {@code err}
     * @param state whether a resumed session gets it again
     */
    record Message(String name, String type, String description, boolean request, boolean state, List<Field> fields) {}

    /** An object inside of messages. */
    record Shape(String name, String description, List<Field> fields) {}

    /**
     * A field of an object.
     *
     * @param required whether it is always there
     * @param nullable whether null may stand in its place
     * @param with the field that this one always comes with; empty if it stands for itself
     * @param absentWith the word of another field, as {@link Wire#absentWith}; null if there is none
     * @param unit what an integer counts; empty if it counts nothing
     */
    record Field(
            String name,
            FieldType type,
            boolean required,
            boolean nullable,
            String with,
            @Nullable AbsentWith absentWith,
            String unit,
            String description) {

        /** The same in an object whose fields all stand in another or none does; it has this one if it has the first. */
        Field inlinedBehind(String first) {
            String comesWith = required && !name.equals(first) ? first : "";
            return new Field(name, type, false, nullable, comesWith, absentWith, unit, description);
        }
    }

    /** The other field and its word. */
    record AbsentWith(String field, String word) {

        static @Nullable AbsentWith parse(String text) {
            if (text.isEmpty()) {
                return null;
            }
            String[] parts = text.split("=", -1);
            return new AbsentWith(Objects.requireNonNull(parts[0]), Objects.requireNonNull(parts[1]));
        }
    }

    /** The texts that a field may have, with what they mean. */
    record Words(String name, String description, Map<String, String> meanings) {}

    /**
     * An error or close code.
     *
     * @param outcome what it says about trying again: true, false, or the word of an {@link Advice}
     * @param when when it is sent
     * @param remedy what to do
     */
    record Code(int number, String name, JsonNode outcome, String when, String remedy) {}

    /**
     * What carries messages.
     *
     * @param address its path, with the parameter in braces if it has one
     * @param parameter the name of the parameter in the path; empty if there is none
     */
    record Carrier(
            String name,
            String address,
            String description,
            boolean webSocket,
            String parameter,
            String parameterDescription) {}

    /** What a field holds. */
    sealed interface FieldType {}

    /** Any text. */
    record Text() implements FieldType {}

    /** An integer in a range. */
    record Whole(long min, long max) implements FieldType {}

    /** True or false. */
    record Flag() implements FieldType {}

    /** Any object of JSON within the rules of {@link Meta}. */
    record Free() implements FieldType {}

    /** A shape or words, by name. */
    record Named(String name) implements FieldType {}

    /** A list. */
    record Many(FieldType item, long min, long max) implements FieldType {}
}
