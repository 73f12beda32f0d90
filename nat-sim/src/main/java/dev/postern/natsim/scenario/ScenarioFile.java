package dev.postern.natsim.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads scenario files. Any thread. */
public final class ScenarioFile {

    private static final int MAX_FILE_BYTES = 8 << 20;

    private ScenarioFile() {}

    /**
     * The scenario in a file.
     *
     * @throws ScenarioException if the file cannot be read, or with a sentence for each thing that is wrong in it
     */
    public static Scenario read(Path file) throws ScenarioException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (NoSuchFileException e) {
            throw refused(file + " does not exist; name a scenario file.");
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /**
     * The scenario that a stream is, such as a resource of the class path. The stream stays the caller's to close.
     *
     * @param name what to call it in sentences
     * @throws ScenarioException if it cannot be read, or with a sentence for each thing that is wrong in it
     */
    public static Scenario read(String name, InputStream in) throws ScenarioException {
        try {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw refused(name + " is larger than " + MAX_FILE_BYTES + " bytes; name a scenario file.");
            }
            return parse(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw refused(name + " is not UTF-8 text; name a scenario file.");
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static ScenarioException unreadable(String name, IOException e) {
        return refused(name + " cannot be read (" + e.getClass().getSimpleName()
                + "); name a scenario file that this user may read.");
    }

    /**
     * The scenario that a text is.
     *
     * @param name what to call the text in sentences
     * @throws ScenarioException with a sentence for each thing that is wrong
     */
    public static Scenario parse(String name, String text) throws ScenarioException {
        Mistakes mistakes = new Mistakes(name);
        Node.Fields fields = NodeReader.read(text, mistakes);
        Scenario scenario = fields == null ? null : new ScenarioParser(mistakes).scenario(fields);
        if (scenario == null || !mistakes.isEmpty()) {
            throw new ScenarioException(mistakes.sentences());
        }
        return scenario;
    }

    /** The JSON Schema of the file, for editors: it is looser than the reader, which also checks names and ranges. */
    public static String jsonSchema() {
        return JsonSchema.of(FileKeys.FILE);
    }

    private static ScenarioException refused(String sentence) {
        return new ScenarioException(List.of(sentence));
    }
}
