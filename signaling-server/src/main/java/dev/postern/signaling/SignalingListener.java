package dev.postern.signaling;

/**
 * Hears what happens in a signaling server, in the order in which it happened. Called on a thread that does nothing else, one event at a time, a
 * moment after it happened; it may call the {@link SignalingServer}.
 *
 * <p>Nobody waits for it: it may block for a while, and up to {@link #QUEUE} events wait meanwhile. What comes beyond those is dropped and counted by {@link
 * SignalingCounter#EVENTS_DROPPED}; what it throws is counted by {@link SignalingCounter#EVENTS_FAILED}, logged, and stops nothing. When the
 * server closes, what waits is told for no longer than {@link SignalingTime#STOP_DEADLINE}, and then it is interrupted.
 *
 * <p>Not for deciding anything: that is for an {@link Authorizer} or a {@link SignalingInterceptor}.
 */
@FunctionalInterface
public interface SignalingListener {

    /** How many events may wait. */
    int QUEUE = 8_192;

    /** Hears of one. */
    void onEvent(SignalingEvent event);
}
