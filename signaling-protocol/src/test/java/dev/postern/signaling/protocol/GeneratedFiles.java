package dev.postern.signaling.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files that are made from the Java types, where they are committed. */
/*
 * They lie with the web client, the one place from which every server gives them out (the reference page reads them
 * there), and `postern protocol` prints them from there: a copy under docs/ would be a second owner.
 */
final class GeneratedFiles {

    /** Who makes them. */
    static final String TEST = "GeneratedFilesTest";

    static final Path WEB_CLIENT =
            Path.of(System.getProperty("postern.root"), "web-client/src/main/resources/dev/postern/webclient");
    static final Path SCHEMA = WEB_CLIENT.resolve("protocol/postern.v1.schema.json");
    static final Path ASYNC_API = WEB_CLIENT.resolve("protocol/postern.v1.asyncapi.json");
    /** For tests that have no schema at hand. */
    static final Path WRONG_FIELDS = Path.of(
            System.getProperty("postern.root"), "signaling-protocol/src/test/resources/vectors/wrong-fields.json");

    static final Path TYPES = WEB_CLIENT.resolve("lib/postern-protocol.d.ts");

    private GeneratedFiles() {}

    /** Every file with what must stand in it. */
    static Map<Path, String> fresh() {
        ProtocolModel model = ProtocolReader.read();
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(SCHEMA, text(SchemaDocument.of(model)));
        files.put(ASYNC_API, text(AsyncApiDocument.of(model)));
        files.put(TYPES, TypeScriptDocument.of(model));
        files.put(WRONG_FIELDS, WrongFields.text());
        return files;
    }

    static JsonNode json(Path file) {
        try {
            return Vectors.MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode json) {
        var indent = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withSeparators(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        printer.indentObjectsWith(indent);
        try {
            return Vectors.MAPPER.writer(printer).writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
