package dev.postern.signaling.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the server sends. */
public sealed interface ServerMessage {

    /** Calls the method of the handler that is made for this type. */
    <C> void accept(Handler<C> handler, C context);

    /** A message that a resumed session gets again until the client has acknowledged it. */
    sealed interface State extends ServerMessage {

        /** Its place in the session, 1 for the first; strictly increasing. */
        long seq();
    }

    /**
     * The first message of every connection: the session, new or resumed.
     *
     * @param caps what the server can do beside the base protocol
     * @param sid the session's id
     * @param resume the secret to resume it with; a new one in every welcome
     * @param peer the id that other peers know this session by
     * @param seq the highest {@code seq} that the client is known to have: 0 in a new session, its {@code got} in a
     *     resumed one; what follows has higher numbers
     * @param epoch the life of the server that the session belongs to
     * @param resumed whether this is the session that the client asked for
     * @param lost how many messages were dropped before they could be resumed; only where {@code resumed} is false
     */
    record Welcome(
            List<String> caps,
            String sid,
            String resume,
            String peer,
            long seq,
            String epoch,
            Heartbeat heartbeat,
            Limits limits,
            IceServers ice,
            boolean resumed,
            long lost)
            implements ServerMessage {

        public Welcome {
            caps = List.copyOf(caps);
            Objects.requireNonNull(sid);
            Objects.requireNonNull(resume);
            Objects.requireNonNull(peer);
            Objects.requireNonNull(epoch);
            Objects.requireNonNull(heartbeat);
            Objects.requireNonNull(limits);
            Objects.requireNonNull(ice);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onWelcome(context, this);
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Welcome[sid=" + sid + ", peer=" + peer + ", seq=" + seq + ", resumed=" + resumed + ", lost=" + lost
                    + "]";
        }
    }

    /**
     * How the server drives liveness.
     *
     * @param everyMillis the time between two of its pings
     * @param deadMillis the silence after which either side takes the connection for dead
     */
    record Heartbeat(long everyMillis, long deadMillis) {}

    /**
     * What a client must stay under.
     *
     * @param messageBytes the longest message
     * @param messagesPerSecond how many messages it may send
     * @param queueBytes how much the server keeps for a client that does not read
     * @param rooms how many rooms a session may be in
     */
    record Limits(int messageBytes, int messagesPerSecond, int queueBytes, int rooms) {}

    /** Answers a request that was done. */
    record Ok(long re, @Nullable Joined joined) implements ServerMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onOk(context, this);
        }
    }

    /**
     * What the answer to a join says of the room.
     *
     * @param room its name
     * @param you the id of the peer that joined
     * @param peers the others, in the order in which they joined
     */
    record Joined(String room, String you, List<Peer> peers) {

        public Joined {
            Objects.requireNonNull(room);
            Objects.requireNonNull(you);
            peers = List.copyOf(peers);
        }
    }

    /**
     * Answers a message that was refused.
     *
     * @param re the id of the request; null if the message had none that could be read
     * @param code the number of an {@link ErrorCode}, or one that this version does not know
     * @param afterMillis when to try again; 0 if at once or never
     * @param detail a sentence for a person
     */
    record Err(@Nullable Long re, int code, String name, boolean retry, long afterMillis, String detail)
            implements ServerMessage {

        public Err {
            Objects.requireNonNull(name);
            Objects.requireNonNull(detail);
        }

        /** The error with number, name and retry of the given code. */
        public static Err of(@Nullable Long re, ErrorCode code, long afterMillis, String detail) {
            return new Err(re, code.number(), code.wireName(), code.retry(), afterMillis, detail);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onErr(context, this);
        }
    }

    /** A session description from a peer; {@code from} is set by the server. */
    record Sig(long seq, String from, String to, String room, long neg, long gen, Description description)
            implements State {

        public Sig {
            Objects.requireNonNull(from);
            Objects.requireNonNull(to);
            Objects.requireNonNull(room);
            Objects.requireNonNull(description);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onSig(context, this);
        }
    }

    /** ICE candidates from a peer; {@code from} is set by the server. */
    record Ice(long seq, String from, String to, String room, long gen, List<Candidate> candidates, boolean end)
            implements State {

        public Ice {
            Objects.requireNonNull(from);
            Objects.requireNonNull(to);
            Objects.requireNonNull(room);
            candidates = List.copyOf(candidates);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onIce(context, this);
        }
    }

    /** Something happened to a peer of a room; {@code why} only where the event is {@link PeerEvent#LEAVE}. */
    record PeerChange(
            long seq,
            PeerEvent event,
            String room,
            Peer peer,
            @Nullable LeaveReason why) implements State {

        public PeerChange {
            Objects.requireNonNull(event);
            Objects.requireNonNull(room);
            Objects.requireNonNull(peer);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPeerChange(context, this);
        }
    }

    /** New ICE servers, sent before the credentials of the last ones end. */
    record IceServersChange(long seq, IceServers ice) implements State {

        public IceServersChange {
            Objects.requireNonNull(ice);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onIceServersChange(context, this);
        }
    }

    /**
     * The last message before the server closes.
     *
     * @param code the close code that follows: the number of a {@link CloseCode}, or one that this version does not know
     * @param afterMillis how long to wait before connecting again
     */
    record Bye(int code, Advice advice, long afterMillis) implements ServerMessage {

        public Bye {
            Objects.requireNonNull(advice);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onBye(context, this);
        }
    }

    /** Asks for a pong with the same number. */
    record Ping(long ts) implements ServerMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPing(context, this);
        }
    }

    /** Answers the client's ping with its number. */
    record Pong(long ts) implements ServerMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPong(context, this);
        }
    }

    /**
     * One method per type, so that a new type does not compile until every handler deals with it.
     *
     * @param <C> what the caller of {@link #accept} hands through
     */
    interface Handler<C> {

        void onWelcome(C context, Welcome message);

        void onOk(C context, Ok message);

        void onErr(C context, Err message);

        void onSig(C context, Sig message);

        void onIce(C context, Ice message);

        void onPeerChange(C context, PeerChange message);

        void onIceServersChange(C context, IceServersChange message);

        void onBye(C context, Bye message);

        void onPing(C context, Ping message);

        void onPong(C context, Pong message);
    }
}
