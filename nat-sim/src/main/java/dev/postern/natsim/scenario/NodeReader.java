package dev.postern.natsim.scenario;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the text of a file into nodes. Scalars are kept as they are written: {@code 0123} and {@code yes} stay text. */
final class NodeReader {

    private static final int MAX_DEPTH = 12;
    private static final int MAX_NODES = 1_000_000;

    private final Mistakes mistakes;
    private int nodes;

    private NodeReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    /** The keys of the file; null after a mistake that leaves nothing to look at. */
    static Node.@Nullable Fields read(String text, Mistakes mistakes) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            return new NodeReader(mistakes).document(parser);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            String problem = e.getOriginalMessage().strip().lines().findFirst().orElse("");
            mistakes.add(
                    line,
                    "this is not YAML (" + Mistakes.shown(problem)
                            + "); put text that holds [ ] { } # or a colon before a space in quotes, and indent with spaces.");
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory cannot be read", e);
        }
        return null;
    }

    private Node.@Nullable Fields document(YAMLParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            mistakes.add(1, "the file says nothing; begin with a line such as title: Two homes.");
            return null;
        }
        if (first != JsonToken.START_OBJECT) {
            mistakes.add(line(parser), "the file does not begin with a key; write lines such as title: Two homes.");
            return null;
        }
        Node.Fields fields = fields(parser, 0);
        if (parser.nextToken() != null) {
            mistakes.add(line(parser), "a second document begins here; keep one document in a file.");
        }
        return fields;
    }

    private Node value(YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw new TooMuchException(parser, depth > MAX_DEPTH ? "it is nested too deep" : "it is too much");
        }
        if (parser.isCurrentAlias()) {
            mistakes.add(line, "*" + Mistakes.shown(parser.getText()) + " is a YAML alias; write its value out.");
            return new Node.Scalar("*" + parser.getText(), line);
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(parser, depth);
            case START_ARRAY -> items(parser, depth);
            case VALUE_NULL -> new Node.Scalar("", line);
            default -> new Node.Scalar(parser.getText(), line);
        };
    }

    private Node.Fields fields(YAMLParser parser, int depth) throws IOException {
        int begin = line(parser);
        List<Node.Field> fields = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int line = line(parser);
            parser.nextToken();
            fields.add(new Node.Field(name, value(parser, depth + 1), line));
        }
        return new Node.Fields(fields, begin);
    }

    private Node.Items items(YAMLParser parser, int depth) throws IOException {
        int begin = line(parser);
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, depth + 1));
        }
        return new Node.Items(items, begin);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    /** More than a scenario can be. */
    private static final class TooMuchException extends JsonProcessingException {
        private static final long serialVersionUID = 1;

        TooMuchException(YAMLParser parser, String message) {
            super(message, parser.currentTokenLocation());
        }
    }
}
