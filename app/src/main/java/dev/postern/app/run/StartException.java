package dev.postern.app.run;

/** A server cannot start, or a command not be done, although its configuration is right. The message is one sentence that says what to do. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1;

    public StartException(String sentence) {
        super(sentence);
    }

    public StartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
