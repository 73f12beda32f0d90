package dev.postern.peer.core;

import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.core.Deadlines.Kind;
import dev.postern.signaling.protocol.ClientMessage;

/**
 * What the client says over a connection that was welcomed: requests, no faster than the server allows, and how far it has taken
 * in what the server numbered. Owned by the engine.
 */
final class Speech {

    private final SignalingClientConfig config;
    private final EngineOutput output;
    private final Requests requests;
    private final RoomsHeld rooms;
    private final Taken taken;
    private final Deadlines deadlines;
    private final SendPace pace = new SendPace();
    private int connection;
    private boolean isOpen;

    Speech(
            SignalingClientConfig config,
            EngineOutput output,
            Requests requests,
            RoomsHeld rooms,
            Taken taken,
            Deadlines deadlines) {
        this.config = config;
        this.output = output;
        this.requests = requests;
        this.rooms = rooms;
        this.taken = taken;
        this.deadlines = deadlines;
    }

    /** The welcome has come over this connection, and with it how fast the client may speak. */
    void open(long nowNanos, int number, int messagesPerSecond) {
        connection = number;
        isOpen = true;
        pace.begin(nowNanos, messagesPerSecond);
    }

    /** There is no connection. */
    void close() {
        isOpen = false;
    }

    /** Whatever is said first over a resumed connection tells the server that its new secret has arrived. */
    void begin(long nowNanos, boolean resumed) {
        if (resumed && !requests.hasUnsent()) {
            send(nowNanos, new ClientMessage.Ack(taken.got()));
        }
        pump(nowNanos);
    }

    void ping(long nowNanos, long ts) {
        send(nowNanos, new ClientMessage.Ping(ts, takeGot()));
    }

    void pong(long nowNanos, long ts) {
        send(nowNanos, new ClientMessage.Pong(ts, takeGot()));
    }

    /** Sends the requests that this connection has not carried, as fast as the server allows. */
    void pump(long nowNanos) {
        while (isOpen && requests.hasUnsent()) {
            if (!pace.allows(nowNanos)) {
                deadlines.set(Kind.PACE, nowNanos + pace.waitNanos(nowNanos));
                return;
            }
            Requests.Pending next = requests.nextUnsent();
            if (next != null) {
                send(nowNanos, next);
            }
        }
    }

    private void send(long nowNanos, Requests.Pending next) {
        output.count(next.everSent ? SignalingClientCounter.REQUESTS_REPEATED : SignalingClientCounter.REQUESTS_SENT);
        next.everSent = true;
        if (next.draft() instanceof Draft.Leave leave) {
            rooms.removed(leave.room());
        }
        send(nowNanos, next.draft().stamped(next.id(), takeGot()));
    }

    /** Something numbered was taken: it is acknowledged now if much is, and soon otherwise. */
    void acknowledgeInTime(long nowNanos) {
        if (taken.unacknowledged() >= config.ackMessages()) {
            acknowledge(nowNanos);
        } else if (taken.unacknowledged() > 0 && !deadlines.isSet(Kind.ACK)) {
            deadlines.set(Kind.ACK, nowNanos + config.ackEvery().toNanos());
        }
    }

    /** Says how far the client has come, if there is something to say. */
    void acknowledge(long nowNanos) {
        if (taken.unacknowledged() > 0) {
            output.count(SignalingClientCounter.ACKS_SENT);
            send(nowNanos, new ClientMessage.Ack(takeGot()));
        }
    }

    private long takeGot() {
        deadlines.clear(Kind.ACK);
        return taken.acknowledge();
    }

    private void send(long nowNanos, ClientMessage message) {
        pace.spend(nowNanos);
        output.count(SignalingClientCounter.MESSAGES_SENT);
        output.send(connection, message);
    }
}
