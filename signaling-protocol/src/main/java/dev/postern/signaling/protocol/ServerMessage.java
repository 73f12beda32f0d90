package dev.postern.signaling.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the server sends. */
public sealed interface ServerMessage {

    /** The value of {@link #number} where the message has none. */
    long UNNUMBERED = 0;

    /**
     * Its place among what a session is told and a resume brings again: 1 for the first, strictly increasing; {@link
     * #UNNUMBERED} where the message is not kept.
     */
    default long number() {
        return UNNUMBERED;
    }

    /** Calls the method of the handler that is made for this type. */
    <C> void accept(Handler<C> handler, C context);

    /** A message that a resumed session gets again until the client has acknowledged it. */
    sealed interface State extends ServerMessage {

        /** Its place in the session, 1 for the first; strictly increasing. */
        @Wire(min = 1)
        long seq();

        @Override
        default long number() {
            return seq();
        }
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
     * @param heartbeat how the server drives liveness
     * @param limits what the client must stay under
     * @param ice the ICE servers for the peer
     * @param resumed whether this is the session that the client asked for
     * @param lost how many messages were dropped before they could be resumed; only where {@code resumed} is false
     */
    @Wire(version = "v")
    record Welcome(
            List<String> caps,
            String sid,
            String resume,
            String peer,
            long seq,
            String epoch,
            @Wire("hb") Heartbeat heartbeat,
            Limits limits,
            IceServers ice,
            boolean resumed,
            long lost)
            implements ServerMessage {

        public Welcome {
            caps = List.copyOf(caps);
            List.of(sid, resume, peer, epoch, heartbeat, limits, ice).forEach(Objects::requireNonNull);
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
    record Heartbeat(
            @Wire(value = "every", min = 1) long everyMillis,
            @Wire(value = "dead", min = 1) long deadMillis) {}

    /**
     * What a client must stay under.
     *
     * @param messageBytes the longest message
     * @param messagesPerSecond how many messages it may send
     * @param queueBytes how much the server keeps for a client that does not read
     * @param rooms how many rooms a session may be in
     */
    record Limits(
            @Wire(value = "msg", min = 1) int messageBytes,
            @Wire(value = "rate", min = 1) int messagesPerSecond,
            @Wire(value = "queue", min = 1) int queueBytes,
            @Wire(min = 1) int rooms) {}

    /**
     * Answers a request that was done.
     *
     * @param re the id of the request
     * @param joined what the room is like; null unless the request was a join
     * @param seq the place of the answer to a join or leave among what the session is told, so that a resume brings it again
     *     between what came before and after it; absent for every other request
     */
    record Ok(
            @Wire(min = 1) long re,
            @Wire(inline = true) @Nullable Joined joined,
            @Wire(min = 1, optional = true) long seq)
            implements ServerMessage {

        /** An answer that has no number, {@link #UNNUMBERED}. */
        public Ok(long re, @Nullable Joined joined) {
            this(re, joined, UNNUMBERED);
        }

        @Override
        public long number() {
            return seq;
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onOk(context, this);
        }
    }

    /**
     * Answers a message that was refused.
     *
     * @param re the id of the request; null if the message had none that could be read
     * @param code the number of an {@link ErrorCode}, or one that this version does not know
     * @param name the stable name of the code
     * @param retry whether the same request, sent again later with a new id, may succeed
     * @param afterMillis when to try again; 0 if at once or never
     * @param detail a sentence for a person
     */
    record Err(
            @Wire(min = 1, nullWritten = true) @Nullable Long re,
            int code,
            String name,
            boolean retry,
            @Wire("after") long afterMillis,
            String detail)
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

    /**
     * A session description from a peer.
     *
     * @param from the id of the peer that sent it, set by the server
     * @param to the id of the peer that it is for
     * @param room the room that both are in
     * @param neg the sender's negotiation counter
     * @param gen the ICE generation that the description begins or belongs to
     * @param description the description
     */
    record Sig(
            long seq,
            String from,
            String to,
            String room,
            long neg,
            long gen,
            @Wire("d") Description description) implements State {

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

    /**
     * ICE candidates from a peer.
     *
     * @param from the id of the peer that sent them, set by the server
     * @param to the id of the peer that they are for
     * @param room the room that both are in
     * @param gen the ICE generation of the candidates; a receiver drops those of an older one
     * @param candidates in the order in which they were found; may be empty when {@code end} is true
     * @param end whether no more will follow in this generation
     */
    record Ice(
            long seq,
            String from,
            String to,
            String room,
            long gen,
            @Wire("c") List<Candidate> candidates,
            boolean end) implements State {

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

    /**
     * Something happened to a peer of a room. A peer is told of itself only where it did not ask to leave.
     *
     * @param event what happened
     * @param room the room's name
     * @param peer the peer that it happened to
     * @param why why the peer is out; only where the event is {@link PeerEvent#LEAVE}
     */
    @Wire("peer")
    record PeerChange(
            long seq,
            @Wire("ev") PeerEvent event,
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

    /**
     * A moderator has locked a room or opened it again.
     *
     * @param room the room's name
     * @param locked whether nobody may join from now on
     */
    @Wire("room")
    record RoomChange(long seq, String room, boolean locked) implements State {

        public RoomChange {
            Objects.requireNonNull(room);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onRoomChange(context, this);
        }
    }

    /** New ICE servers, sent before the credentials of the last ones end. */
    @Wire("ice-servers")
    record IceServersChange(long seq, @Wire(inline = true) IceServers ice) implements State {

        public IceServersChange {
            Objects.requireNonNull(ice);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onIceServersChange(context, this);
        }
    }

    /**
     * The client's token ends soon: the session ends with it, unless an {@code auth} brings a newer one.
     *
     * @param inMillis how long until the session ends
     */
    record Expiring(@Wire("in") long inMillis) implements ServerMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onExpiring(context, this);
        }
    }

    /**
     * The last message before the server closes.
     *
     * @param code the close code that follows: the number of a {@link CloseCode}, or one that this version does not know
     * @param advice what to do next
     * @param afterMillis how long to wait before connecting again
     * @param url the WebSocket to connect to; null for the one that the client has
     */
    record Bye(
            int code,
            Advice advice,
            @Wire("after") long afterMillis,
            @Nullable String url) implements ServerMessage {

        public Bye {
            Objects.requireNonNull(advice);
        }

        /** One that leaves the client where it is. */
        public Bye(int code, Advice advice, long afterMillis) {
            this(code, advice, afterMillis, null);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onBye(context, this);
        }
    }

    /**
     * Asks for a pong with the same number.
     *
     * @param ts any number of the server's
     */
    record Ping(long ts) implements ServerMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPing(context, this);
        }
    }

    /**
     * Answers the client's ping with its number.
     *
     * @param ts the number of the ping
     */
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

        void onRoomChange(C context, RoomChange message);

        void onIceServersChange(C context, IceServersChange message);

        void onExpiring(C context, Expiring message);

        void onBye(C context, Bye message);

        void onPing(C context, Ping message);

        void onPong(C context, Pong message);
    }
}
