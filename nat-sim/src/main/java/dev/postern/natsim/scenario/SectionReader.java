package dev.postern.natsim.scenario;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one block by the keys of its section; what is wrong is added to the mistakes. */
final class SectionReader {

    private final Mistakes mistakes;
    private final int line;
    private final Map<String, Node> values = new HashMap<>();
    private boolean flawed;

    /**
     * Looks at every key of the block.
     *
     * @param what it is, for a sentence: {@code a host}
     */
    SectionReader(Node node, Section section, String what, Mistakes mistakes) {
        this.mistakes = mistakes;
        this.line = node.line();
        if (node instanceof Node.Fields fields) {
            fields.fields().forEach(field -> take(field, section, what));
        } else {
            flaw(node.line(), what + " is " + node.kind() + "; write a block of keys.");
        }
    }

    private void take(Node.Field field, Section section, String what) {
        if (section.find(field.name()).isEmpty()) {
            flaw(
                    field.line(),
                    Mistakes.quoted(field.name()) + " is not a key of " + what + "; "
                            + Nearest.advice(field.name(), section.names()));
        } else if (values.putIfAbsent(field.name(), field.value()) != null) {
            flaw(field.line(), field.name() + " stands twice; leave one out.");
        }
    }

    /** Notes something that is wrong with the block. */
    void flaw(int where, String sentence) {
        flawed = true;
        mistakes.add(where, sentence);
    }

    /** Says that something is wrong with the block that was noted elsewhere. */
    void flaw() {
        flawed = true;
    }

    /** Whether something was wrong with the block, up to now. */
    boolean isFlawed() {
        return flawed;
    }

    boolean has(Key<?> key) {
        return values.containsKey(key.name());
    }

    /** Where the value of a key stands, or the block if the key is not there. */
    int line(Key<?> key) {
        Node value = values.get(key.name());
        return value == null ? line : value.line();
    }

    /** Where the block begins. */
    int line() {
        return line;
    }

    /** What is written; null if the key is not there or its value is wrong. */
    <T> @Nullable T find(Key<T> key) {
        Node value = values.get(key.name());
        return value == null ? null : read(key, value);
    }

    /** What is written, or else the key's fallback; null if it has none or the value is wrong. */
    <T> @Nullable T get(Key<T> key) {
        Node value = values.get(key.name());
        String fallback = key.fallback();
        if (value == null && fallback != null) {
            value = new Node.Scalar(fallback, line);
        }
        if (value == null && key.required()) {
            flaw(line, key.name() + " is missing here; write " + key.kind().words() + ".");
        }
        return value == null ? null : read(key, value);
    }

    private <T> @Nullable T read(Key<T> key, Node value) {
        try {
            return key.kind().read(value);
        } catch (BadValueException bad) {
            flaw(bad.line(), key.name() + " " + bad.words());
            return null;
        }
    }
}
