package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code docs/signaling-protocol.md}: its text and the messages in it.
 *
 * @param examples in the order of the page
 */
record ProtocolPage(String text, List<Example> examples) {

    private static final Pattern BLOCK = Pattern.compile("```json (client|server)\n(.*?)\n```", Pattern.DOTALL);

    /** A message of the page. */
    record Example(boolean fromClient, JsonNode message) {}

    static ProtocolPage read() {
        try {
            String text =
                    Files.readString(Path.of(System.getProperty("postern.root"), "docs", "signaling-protocol.md"));
            List<Example> examples = new ArrayList<>();
            Matcher block = BLOCK.matcher(text);
            while (block.find()) {
                boolean fromClient = block.group(1).equals("client");
                // A block may hold several objects, each over one line or more.
                try (MappingIterator<JsonNode> objects =
                        Vectors.MAPPER.readerFor(JsonNode.class).readValues(block.group(2))) {
                    objects.forEachRemaining(message -> examples.add(new Example(fromClient, message)));
                }
            }
            return new ProtocolPage(text, List.copyOf(examples));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
