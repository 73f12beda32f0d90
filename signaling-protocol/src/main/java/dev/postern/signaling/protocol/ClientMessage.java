package dev.postern.signaling.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends. Every message may carry {@code got}, the highest {@code seq} that the client has taken in
 * ({@link #NO_GOT} where it says nothing).
 */
public sealed interface ClientMessage {

    /** The value of {@code got} where the message carries none. */
    long NO_GOT = -1;

    /** The highest {@code seq} that the client has taken in: it acknowledges all up to that one. */
    @Wire(optional = true)
    long got();

    /** Calls the method of the handler that is made for this type. */
    <C> void accept(Handler<C> handler, C context);

    /** A message that gets exactly one {@code ok} or {@code err}; ids strictly increase within a session. */
    sealed interface Request extends ClientMessage {

        /** The request's id, at least 1; ids strictly increase within a session. */
        @Wire(min = 1)
        long id();
    }

    /**
     * The first message of every connection: which version the client speaks, who it is, and which session it wants back.
     *
     * @param version the version of the protocol, {@link Protocol#VERSION}
     * @param caps what the client can do beside the base protocol
     * @param token what shows who the client is, where the server asks for that; null for nothing
     * @param resume the session that it wants back; null for a new one
     */
    record Hello(
            @Wire("v") int version,
            @Wire(optional = true) List<String> caps,
            @Nullable String token,
            @Nullable Resume resume)
            implements ClientMessage {

        public Hello {
            caps = List.copyOf(caps);
        }

        /** A hello that shows no token. */
        public Hello(int version, List<String> caps, @Nullable Resume resume) {
            this(version, caps, null, resume);
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Hello[version=" + version + ", caps=" + caps + ", token=" + shown(token) + ", resume=" + resume
                    + "]";
        }

        @Override
        public long got() {
            return NO_GOT;
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onHello(context, this);
        }
    }

    /**
     * The session that a client wants back.
     *
     * @param sid the session id of its welcome
     * @param secret the resume secret of its latest welcome
     * @param epoch the epoch of its welcome: another server life has another one
     * @param got the highest {@code seq} that the client has taken in
     * @param attempt the number of this attempt, higher than that of each one before at the same session, on whatever carrier: one
     *     that reaches the server behind a later one is refused and changes nothing; left out by a client that does not count
     */
    record Resume(
            String sid,
            String secret,
            String epoch,
            long got,
            @Wire(optional = true, min = 1) long attempt) {

        /** The value of {@code attempt} where the client does not count. */
        public static final long UNCOUNTED = 0;

        public Resume {
            Objects.requireNonNull(sid);
            Objects.requireNonNull(secret);
            Objects.requireNonNull(epoch);
        }

        /** Of a client that does not count its attempts. */
        public Resume(String sid, String secret, String epoch, long got) {
            this(sid, secret, epoch, got, UNCOUNTED);
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Resume[sid=" + sid + ", epoch=" + epoch + ", got=" + got + ", attempt=" + attempt + "]";
        }
    }

    /**
     * Asks to come into a room; the room exists from its first peer to its last.
     *
     * @param room the room's name
     * @param name what the peer calls itself; null if it gives no name
     * @param meta what else it says of itself
     */
    record Join(
            long id,
            String room,
            @Nullable String name,
            @Wire(optional = true) Meta meta,
            long got) implements Request {

        public Join {
            Objects.requireNonNull(room);
            Objects.requireNonNull(meta);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onJoin(context, this);
        }
    }

    /**
     * Asks to be out of a room.
     *
     * @param room the room's name
     */
    record Leave(long id, String room, long got) implements Request {

        public Leave {
            Objects.requireNonNull(room);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onLeave(context, this);
        }
    }

    /**
     * A session description for one peer of a room.
     *
     * @param to the id of the peer that it is for
     * @param room the room that both are in
     * @param neg the sender's negotiation counter
     * @param gen the ICE generation that the description begins or belongs to
     * @param description the description
     */
    record Sig(
            long id,
            String to,
            String room,
            long neg,
            long gen,
            @Wire("d") Description description,
            long got) implements Request {

        public Sig {
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
     * ICE candidates for one peer of a room.
     *
     * @param to the id of the peer that they are for
     * @param room the room that both are in
     * @param gen the ICE generation of the candidates; a receiver drops those of an older one
     * @param candidates in the order in which they were found; may be empty when {@code end} is true
     * @param end whether no more will follow in this generation
     */
    record Ice(
            long id,
            String to,
            String room,
            long gen,
            @Wire("c") List<Candidate> candidates,
            @Wire(optional = true) boolean end,
            long got)
            implements Request {

        public Ice {
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
     * Shows a newer token, so that the session goes on beyond the end of the last one.
     *
     * @param token the newer token, of the same user
     */
    record Auth(long id, String token, long got) implements Request {

        public Auth {
            Objects.requireNonNull(token);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onAuth(context, this);
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Auth[id=" + id + ", token=" + shown(token) + ", got=" + got + "]";
        }
    }

    /**
     * Asks to have a peer out of a room, and kept out for a while: for moderators of the room.
     *
     * @param room the room's name
     * @param peer the id of the peer
     */
    record Kick(long id, String room, String peer, long got) implements Request {

        public Kick {
            Objects.requireNonNull(room);
            Objects.requireNonNull(peer);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onKick(context, this);
        }
    }

    /**
     * Asks to lock a room, so that nobody joins, or to open it again: for moderators of the room.
     *
     * @param room the room's name
     * @param on whether it is locked from now on
     */
    record Lock(long id, String room, boolean on, long got) implements Request {

        public Lock {
            Objects.requireNonNull(room);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onLock(context, this);
        }
    }

    /** Says how far the client has taken in what it was sent, and nothing else. */
    record Ack(@Wire long got) implements ClientMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onAck(context, this);
        }
    }

    /**
     * Asks for a pong with the same number.
     *
     * @param ts any number of the sender's, a time for instance
     */
    record Ping(long ts, long got) implements ClientMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPing(context, this);
        }
    }

    /**
     * Answers the server's ping with its number.
     *
     * @param ts the number of the ping
     */
    record Pong(long ts, long got) implements ClientMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPong(context, this);
        }
    }

    private static String shown(@Nullable String token) {
        return token == null ? "none" : "(hidden)";
    }

    /**
     * One method per type, so that a new type does not compile until every handler deals with it.
     *
     * @param <C> what the caller of {@link #accept} hands through
     */
    interface Handler<C> {

        void onHello(C context, Hello message);

        void onJoin(C context, Join message);

        void onLeave(C context, Leave message);

        void onSig(C context, Sig message);

        void onIce(C context, Ice message);

        void onAuth(C context, Auth message);

        void onKick(C context, Kick message);

        void onLock(C context, Lock message);

        void onAck(C context, Ack message);

        void onPing(C context, Ping message);

        void onPong(C context, Pong message);
    }
}
