package dev.postern.natsim.scenario;

/**
 * A kind of value.
 *
 * @param words what to write, after "write": {@code a number from 1 to 100}
 * @param reader makes the value of what is written
 */
record Kind<T>(String words, Shape shape, Reader<T> reader) {

    /** Reads a node. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Node node) throws BadValueException;
    }

    /** Reads the text of one value. */
    @FunctionalInterface
    interface TextReader<T> {

        /**
         * The value.
         *
         * @throws IllegalArgumentException if the text is none, whatever the message
         */
        T read(String text);
    }

    /** A value that is one word or line. */
    static <T> Kind<T> text(String words, Shape shape, TextReader<T> reader) {
        return new Kind<>(words, shape, node -> {
            if (node instanceof Node.Scalar scalar && !scalar.text().isEmpty()) {
                try {
                    return reader.read(scalar.text());
                } catch (IllegalArgumentException refused) {
                    throw BadValueException.of(node, words);
                }
            }
            throw BadValueException.of(node, words);
        });
    }

    T read(Node node) throws BadValueException {
        return reader.read(node);
    }
}
