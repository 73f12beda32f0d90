package dev.postern.signaling.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The committed vectors, which the tests of the JavaScript client read as well. */
final class Vectors {

    static final ObjectMapper MAPPER = new ObjectMapper();

    private Vectors() {}

    /** A vector by name, so that a failing test says which. */
    record Vector(String name, JsonNode json) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> of(String file) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file))) {
            return StreamSupport.stream(MAPPER.readTree(in).spliterator(), false)
                    .map(node -> new Vector(node.get("name").asText(), node));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
