package dev.postern.signaling.core;

import org.jspecify.annotations.Nullable;

/**
 * One open carrier of messages, a WebSocket today, from its opening to its end. The shell gets one from {@link
 * Hub#onOpen} and hands it back with every input. Owned by the hub, but for the attachment.
 */
public final class Connection {

    private final Object attachment;
    private final RateBucket messages;
    private final RateBucket strikes;
    final Alarms.Alarm alarm;
    State state = State.AWAITING_HELLO;

    @Nullable
    Session session;

    long heardNanos;
    long nextPingNanos;

    /** What a connection is in: it goes down this list and never up. */
    enum State {
        AWAITING_HELLO,
        ATTACHED,
        CLOSED
    }

    Connection(Object attachment, RateBucket messages, RateBucket strikes, Alarms.Action onAlarm) {
        this.attachment = attachment;
        this.messages = messages;
        this.strikes = strikes;
        this.alarm = new Alarms.Alarm(onAlarm);
    }

    /** What the shell gave; any thread. */
    public Object attachment() {
        return attachment;
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
