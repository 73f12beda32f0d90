package dev.postern.natsim.junit;

import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** A test that has failed in a lab: its text says what, why, in which lab and how to run it again. */
final class LabFailure extends AssertionFailedError {

    private static final long serialVersionUID = 1L;

    LabFailure(String text, @Nullable Throwable cause) {
        super(text, cause);
    }
}
