package dev.postern.app.config;

/** A value that its key does not allow. The message is the half sentence that says what to write instead. */
final class BadValueException extends Exception {

    private static final long serialVersionUID = 1;

    private final String item;

    BadValueException(String item, String advice) {
        super(advice);
        this.item = item;
    }

    /** What was written: the one item of a list that is wrong, not the whole list. */
    String item() {
        return item;
    }

    /** Such as {@code write a number from 1 to 100}. */
    String advice() {
        return String.valueOf(getMessage());
    }
}
