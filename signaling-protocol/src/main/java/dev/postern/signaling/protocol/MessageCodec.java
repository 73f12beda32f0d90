package dev.postern.signaling.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.postern.signaling.protocol.Decoded.Malformed;
import dev.postern.signaling.protocol.Decoded.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into messages and messages into texts. Strict in form: one JSON object, no repeated key, nothing behind
 * it, all within {@link CodecLimits}. Lenient in content: an unknown field is skipped, null is as good as absent where
 * a field is optional, and the order of fields does not matter. Immutable; any thread.
 */
public final class MessageCodec {

    private final JsonFactory factory;
    private final CodecLimits limits;

    public MessageCodec(CodecLimits limits) {
        this.limits = limits;
        this.factory = factory(limits);
    }

    /*
     * Canonicalized names would live in a table that all parsers share and that strangers could fill; parsing needs
     * neither it nor interned strings.
     */
    static JsonFactory factory(CodecLimits limits) {
        return new JsonFactoryBuilder()
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(limits.messageChars())
                        .maxNestingDepth(limits.depth())
                        .maxNumberLength(CodecLimits.NUMBER_CHARS)
                        .maxNameLength(CodecLimits.NAME_CHARS)
                        .maxStringLength(limits.messageChars())
                        .maxTokenCount(limits.tokens())
                        .build())
                .build();
    }

    /** Reads what a client sent. Never throws. */
    public Decoded<ClientMessage> decodeClient(String text) {
        return decode(text, (type, in) -> new ClientReader(factory, in).read(type));
    }

    /** Reads what a server sent. Never throws. */
    public Decoded<ServerMessage> decodeServer(String text) {
        return decode(text, (type, in) -> new ServerReader(factory, in).read(type));
    }

    /**
     * Writes a client message as UTF-8 JSON.
     *
     * @throws IllegalArgumentException if a text in it is not well-formed Unicode
     */
    public byte[] encode(ClientMessage message) {
        return encode(out -> message.accept(ClientWriter.WRITER, out));
    }

    /**
     * Writes a server message as UTF-8 JSON.
     *
     * @throws IllegalArgumentException if a text in it is not well-formed Unicode
     */
    public byte[] encode(ServerMessage message) {
        return encode(out -> message.accept(ServerWriter.WRITER, out));
    }

    /** {@link #encode(ClientMessage)} as text. */
    public String encodeText(ClientMessage message) {
        return new String(encode(message), StandardCharsets.UTF_8);
    }

    /** {@link #encode(ServerMessage)} as text. */
    public String encodeText(ServerMessage message) {
        return new String(encode(message), StandardCharsets.UTF_8);
    }

    private byte[] encode(Consumer<JsonOut> fields) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator generator = factory.createGenerator(bytes)) {
            generator.writeStartObject();
            fields.accept(new JsonOut(generator));
            generator.writeEndObject();
            generator.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a message in memory could not be written", e);
        }
    }

    private <M> Decoded<M> decode(String text, Fields<M> fields) {
        if (text.length() > limits.messageChars()) {
            return malformed(Reason.TOO_LONG, limits.messageChars(), "the message is too long", null);
        }
        if (text.isBlank()) {
            return malformed(Reason.EMPTY, 0, "the message is empty", null);
        }
        try (JsonIn in = new JsonIn(factory, text, limits.listItems())) {
            return in.enterObject()
                    ? decodeObject(text, in, fields)
                    : malformed(Reason.NOT_AN_OBJECT, in.offset(), "a message is a JSON object", null);
        } catch (JsonProcessingException e) {
            return notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException("a text in memory could not be read", e);
        }
    }

    /** The usual message begins with its type and is read in one pass; any other is read twice. */
    private <M> Decoded<M> decodeObject(String text, JsonIn in, Fields<M> fields) throws IOException {
        boolean any = in.nextField();
        if (any && in.field().equals("t") && in.isText()) {
            return decodeFields(text, in.parser().getText(), in, fields);
        }
        String type = any ? typeFrom(in) : null;
        if (type == null) {
            return trailing(in)
                    ? malformed(Reason.NOT_JSON, in.offset(), "something follows the message", null)
                    : malformed(Reason.NO_TYPE, in.offset(), "field 't' must be a text", idOf(text));
        }
        try (JsonIn again = new JsonIn(factory, text, limits.listItems())) {
            again.enterObject();
            return decodeFields(text, type, again, fields);
        }
    }

    private static @Nullable String typeFrom(JsonIn in) throws IOException {
        do {
            if (in.field().equals("t") && in.isText()) {
                return in.parser().getText();
            }
            in.skip();
        } while (in.nextField());
        return null;
    }

    private <M> Decoded<M> decodeFields(String text, String type, JsonIn in, Fields<M> fields) throws IOException {
        try {
            M message = fields.read(type, in);
            if (message == null) {
                return trailing(in)
                        ? malformed(Reason.NOT_JSON, in.offset(), "something follows the message", null)
                        : malformed(Reason.UNKNOWN_TYPE, 0, "this message type is not known here", idOf(text));
            }
            return in.parser().nextToken() == null
                    ? new Decoded.Message<>(message)
                    : malformed(Reason.NOT_JSON, in.offset(), "something follows the message", null);
        } catch (BadField e) {
            return malformed(Reason.BAD_FIELD, in.offset(), e.sentence(), idOf(text));
        }
    }

    private static boolean trailing(JsonIn in) throws IOException {
        return !in.finish();
    }

    /** The id of a text that could not be read for another reason; null if it has none or is not sound JSON. */
    private @Nullable Long idOf(String text) throws IOException {
        try (JsonIn in = new JsonIn(factory, text, limits.listItems())) {
            Long id = null;
            in.enterObject();
            while (in.nextField()) {
                if (in.field().equals("id")) {
                    id = in.integer(1);
                } else {
                    in.skip();
                }
            }
            return in.parser().nextToken() == null ? id : null;
        } catch (JsonProcessingException | BadField e) {
            return null;
        }
    }

    private static <M> Decoded<M> notJson(JsonProcessingException e) {
        long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
        String detail = e instanceof StreamConstraintsException
                ? "the message nests too deep, or has too many or too long parts"
                : "the message is not JSON, or repeats a key";
        return malformed(Reason.NOT_JSON, (int) Math.max(0, offset), detail, null);
    }

    private static <M> Decoded<M> malformed(Reason reason, int offset, String detail, @Nullable Long id) {
        return new Malformed<>(reason, offset, detail, id);
    }

    /** How to read the fields of a message whose type is known; null if the type is not. */
    private interface Fields<M> {

        @Nullable
        M read(String type, JsonIn in) throws IOException, BadField;
    }
}
