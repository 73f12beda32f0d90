package dev.postern.natsim.ice4j;

/**
 * Moves the time of networks that threads of their own use. An implementation calls {@link LiveNet#advance} of each
 * attached network when something is due in it. Every method may be called on any thread.
 */
public interface Pace {

    /** The time, in nanoseconds from any origin; never goes back. */
    long nowNanos();

    /** Begins to move the time of a network. */
    void attach(LiveNet net);

    /** Leaves a network as it is; no effect if it is not attached. */
    void detach(LiveNet net);

    /** A network has something to do earlier than it last said. */
    void wake();
}
