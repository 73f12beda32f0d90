package dev.postern.peer.model;

/** The property does not hold: one sentence says what was seen and what should have been. */
final class Violation extends AssertionError {

    private static final long serialVersionUID = 1;

    Violation(String sentence) {
        super(sentence);
    }
}
