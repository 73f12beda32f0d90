package dev.postern.app.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a YAML file into entries, token by token, so that each knows its line. Keys may be nested or written with dots.
 * Values are taken as they are written: {@code 0123} stays text. Not for use twice.
 */
final class YamlSource {

    private static final long MAX_FILE_BYTES = 1 << 20;

    private final String shownFile;
    private final List<String> mistakes;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> lineOf = new HashMap<>();

    private YamlSource(Path file, List<String> mistakes) {
        this.shownFile = file.toString();
        this.mistakes = mistakes;
    }

    /** The entries of the file in its order; what is wrong with it is added to {@code mistakes}. */
    static List<Entry> read(Path file, List<String> mistakes) {
        YamlSource source = new YamlSource(file, mistakes);
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                mistakes.add("--config " + file + " is larger than " + MAX_FILE_BYTES
                        + " bytes; name a configuration file.");
            } else {
                source.parse(Files.readString(file, StandardCharsets.UTF_8));
            }
        } catch (NoSuchFileException e) {
            mistakes.add("--config " + file + " does not exist; name a YAML file, or leave --config out.");
        } catch (CharacterCodingException e) {
            mistakes.add("--config " + file + " is not UTF-8 text; name a YAML file.");
        } catch (JsonProcessingException e) {
            mistakes.add(source.syntaxMistake(e));
        } catch (IOException e) {
            mistakes.add("--config " + file + " cannot be read (" + e.getClass().getSimpleName()
                    + "); name a YAML file that this user may read.");
        }
        return source.entries;
    }

    private String syntaxMistake(JsonProcessingException e) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        String problem = e.getOriginalMessage().strip().lines().findFirst().orElse("");
        return at(line) + " is not YAML (" + Sentences.shown(problem)
                + "); put text that holds [ ] { } : or # in quotes and indent with spaces.";
    }

    private String at(int line) {
        return shownFile + ":" + line;
    }

    private void parse(String text) throws IOException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                mistakes.add(
                        at(line(parser)) + " does not begin with a key; write lines such as turn.realm: example.org.");
                return;
            }
            object(parser, "");
            if (parser.nextToken() != null) {
                mistakes.add(at(line(parser)) + " begins a second document; keep one document in the file.");
            }
        }
    }

    /** Reads up to the end of the object whose start is the current token. */
    private void object(YAMLParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = prefix + parser.currentName();
            int line = line(parser);
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                object(parser, name + ".");
            } else if (token == JsonToken.START_ARRAY) {
                list(parser, name, line);
            } else if (parser.isCurrentAlias()) {
                mistakes.add(name + " is a YAML alias (" + at(line) + "); write its value out.");
            } else if (token != JsonToken.VALUE_NULL) {
                scalar(name, parser.getText(), line);
            } else if (!Keys.isSection(name)) {
                value(
                        name,
                        line,
                        key -> mistakes.add(
                                name + " has no value (" + at(line) + "); write one or leave the key out."));
            }
        }
    }

    private void scalar(String name, String text, int line) {
        value(name, line, key -> entries.add(Entry.ofText(name, key, text, at(line))));
    }

    private void list(YAMLParser parser, String name, int line) throws IOException {
        List<String> items = new ArrayList<>();
        boolean flat = true;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token.isStructStart() || token == JsonToken.VALUE_NULL || parser.isCurrentAlias()) {
                flat = false;
                parser.skipChildren();
            } else {
                items.add(parser.getText());
            }
        }
        boolean onlyText = flat;
        value(name, line, key -> {
            if (!key.kind().list()) {
                mistakes.add(name + " is a list (" + at(line) + "); write one value.");
            } else if (!onlyText) {
                mistakes.add(name + " holds something that is not text (" + at(line) + "); write one value an item.");
            } else {
                entries.add(new Entry(name, key, items, at(line)));
            }
        });
    }

    /** Finds the key, and refuses one that is unknown or stood there before. */
    private void value(String name, int line, java.util.function.Consumer<Key<?>> use) {
        Key<?> key = Keys.find(name);
        Integer earlier = lineOf.putIfAbsent(name, line);
        if (key == null) {
            mistakes.add(Sentences.unknownKey(name, at(line)));
        } else if (earlier != null) {
            mistakes.add(name + " stands twice (" + at(earlier) + " and line " + line + "); leave one out.");
        } else {
            use.accept(key);
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
