package dev.postern.app.webhook;

import java.time.Duration;

/*
 * Own, as it is one counter and one moment: resilience4j's would come with three jars, a clock and a scheduler of its own, and
 * could not be run in virtual time.
 */

/**
 * Keeps from asking a service that does not answer. After {@value #FAILURES} failures in a row it is open: nothing is asked for
 * {@link #REST}; then one question is let through, and its outcome closes it or opens it again. Not safe for several threads.
 */
final class CircuitBreaker {

    static final int FAILURES = 5;
    static final Duration REST = Duration.ofSeconds(10);

    private enum State {
        CLOSED,
        OPEN,
        TRYING
    }

    private State state = State.CLOSED;
    private int failures;
    private long openedNanos;

    /** Whether a question may be asked now; then its outcome must be told. */
    boolean admits(long nowNanos) {
        return switch (state) {
            case CLOSED -> true;
            case TRYING -> false;
            case OPEN -> {
                boolean rested = nowNanos - openedNanos >= REST.toNanos();
                state = rested ? State.TRYING : State.OPEN;
                yield rested;
            }
        };
    }

    /** Whether {@link #admits} is false because of failures. */
    boolean isOpen() {
        return state != State.CLOSED;
    }

    void succeeded() {
        state = State.CLOSED;
        failures = 0;
    }

    /** Tells whether this one opened it. */
    boolean failed(long nowNanos) {
        failures++;
        boolean opens = state == State.TRYING || (state == State.CLOSED && failures >= FAILURES);
        if (opens) {
            state = State.OPEN;
            openedNanos = nowNanos;
        }
        return opens;
    }
}
