package dev.postern.natsim.scenario;

/** A value that its key does not allow. */
final class BadValueException extends Exception {

    private static final long serialVersionUID = 1;

    private final int line;

    /** The message is the half sentence after the name of the key: {@code is "x"; write a number from 1 to 9.} */
    BadValueException(int line, String message) {
        super(message);
        this.line = line;
    }

    /** What was written, and what to write instead. */
    static BadValueException of(Node node, String words) {
        String shown = node.kind();
        if (node instanceof Node.Scalar scalar) {
            shown = scalar.text().isEmpty() ? "empty" : Mistakes.quoted(scalar.text());
        }
        return new BadValueException(node.line(), "is " + shown + "; write " + words + ".");
    }

    int line() {
        return line;
    }

    String words() {
        return String.valueOf(getMessage());
    }
}
