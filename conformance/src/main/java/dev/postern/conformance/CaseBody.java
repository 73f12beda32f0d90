package dev.postern.conformance;

/** What a case does; it passes if it returns. */
@FunctionalInterface
public interface CaseBody {

    /** Sends, looks at what comes back, and ends the case through {@link Bench} or {@link Reply} if that is wrong. */
    void run(Bench bench);
}
