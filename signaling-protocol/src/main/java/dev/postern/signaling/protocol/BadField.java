package dev.postern.signaling.protocol;

/** The way out of a half-read message; never leaves this package. */
final class BadField extends Exception {

    private static final long serialVersionUID = 1L;

    BadField(String sentence) {
        super(sentence, null, false, false);
    }

    static BadField missing(String field) {
        return new BadField("field '" + field + "' is missing");
    }

    /** The sentence for a person. */
    String sentence() {
        return String.valueOf(getMessage());
    }
}
