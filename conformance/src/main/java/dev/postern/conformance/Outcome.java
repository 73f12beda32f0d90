package dev.postern.conformance;

/** How a case went. */
public sealed interface Outcome {

    /** The server does what the RFC says. */
    record Pass() implements Outcome {}

    /**
     * It does not.
     *
     * @param expectation what should have been, and what was instead; sentences
     */
    record Fail(String expectation) implements Outcome {}

    /**
     * The server said in the RFC's way that it has not got the feature; counts neither way.
     *
     * @param why what it said, a sentence
     */
    record NotOffered(String why) implements Outcome {}

    /**
     * The case was not run.
     *
     * @param why what it needs, a sentence
     */
    record Skipped(String why) implements Outcome {}

    /** One word or two for tables, in capitals. */
    default String word() {
        if (this instanceof Pass) {
            return "PASS";
        }
        if (this instanceof Fail) {
            return "FAIL";
        }
        return this instanceof NotOffered ? "NOT OFFERED" : "SKIPPED";
    }

    /** The sentence that goes with it; empty for a pass. */
    default String sentence() {
        if (this instanceof Fail fail) {
            return fail.expectation();
        }
        if (this instanceof NotOffered notOffered) {
            return notOffered.why();
        }
        return this instanceof Skipped skipped ? skipped.why() : "";
    }
}
