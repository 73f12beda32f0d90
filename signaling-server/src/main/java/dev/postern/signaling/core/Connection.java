package dev.postern.signaling.core;

import org.jspecify.annotations.Nullable;

/**
 * One open carrier of messages, a WebSocket or an HTTP stream, from its opening to its end. The shell gets one from {@link
 * Hub#onOpen} and hands it back with every input. Owned by the hub, but for the attachment.
 */
public final class Connection {

    private final Object attachment;
    private final String address;
    private final long order;
    private final RateBucket messages;
    private final RateBucket strikes;
    final Alarms.Alarm alarm;
    State state = State.AWAITING_HELLO;

    @Nullable
    Session session;

    /** Whether its session is being asked for at another node. */
    boolean isFetching;

    /** Until when it was asked to send nothing, as too much comes of those with whom it shares a rate. */
    long heldUntilNanos;

    long heardNanos;
    long nextPingNanos;

    /** What a connection is in: it goes down this list and never up. */
    enum State {
        AWAITING_HELLO,
        ATTACHED,
        CLOSED
    }

    Connection(
            Object attachment,
            String address,
            long order,
            RateBucket messages,
            RateBucket strikes,
            Alarms.Action onAlarm) {
        this.attachment = attachment;
        this.address = address;
        this.order = order;
        this.messages = messages;
        this.strikes = strikes;
        this.alarm = new Alarms.Alarm(onAlarm);
    }

    /** What the shell gave; any thread. */
    public Object attachment() {
        return attachment;
    }

    /** Whose it is: the same for all that share a rate; empty for nobody's. */
    String address() {
        return address;
    }

    /** Which of two connections was opened first: rises with every one. */
    long order() {
        return order;
    }

    /** The bucket of messages that may come. */
    RateBucket messages() {
        return messages;
    }

    /** The bucket of messages beyond that, each answered with an error, before the connection is closed. */
    RateBucket strikes() {
        return strikes;
    }

    boolean isOpen() {
        return state != State.CLOSED;
    }
}
