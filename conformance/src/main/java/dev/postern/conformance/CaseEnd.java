package dev.postern.conformance;

/** Thrown inside a case's body to end it with an outcome; never leaves {@link CaseRun}. */
@SuppressWarnings("serial") // never serialized
final class CaseEnd extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Outcome outcome;

    CaseEnd(Outcome outcome) {
        super(outcome.sentence());
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
