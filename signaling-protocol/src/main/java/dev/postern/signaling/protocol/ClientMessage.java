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

    /** The cumulative acknowledgement that rides on this message, 0 or more, or {@link #NO_GOT}. */
    long got();

    /** Calls the method of the handler that is made for this type. */
    <C> void accept(Handler<C> handler, C context);

    /** A message that gets exactly one {@code ok} or {@code err}; ids strictly increase within a session. */
    sealed interface Request extends ClientMessage {

        /** The request's id, 1 to {@link Protocol#MAX_INTEGER}. */
        long id();
    }

    /** The first message of every connection: which version the client speaks, and which session it wants back. */
    record Hello(int version, List<String> caps, @Nullable Resume resume) implements ClientMessage {

        public Hello {
            caps = List.copyOf(caps);
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
     */
    record Resume(String sid, String secret, String epoch, long got) {

        public Resume {
            Objects.requireNonNull(sid);
            Objects.requireNonNull(secret);
            Objects.requireNonNull(epoch);
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Resume[sid=" + sid + ", epoch=" + epoch + ", got=" + got + "]";
        }
    }

    /** Asks to come into a room; the room exists from its first peer to its last. */
    record Join(long id, String room, @Nullable String name, Meta meta, long got) implements Request {

        public Join {
            Objects.requireNonNull(room);
            Objects.requireNonNull(meta);
        }

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onJoin(context, this);
        }
    }

    /** Asks to be out of a room. */
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
     * @param neg the sender's negotiation counter
     * @param gen the ICE generation that the description begins or belongs to
     */
    record Sig(long id, String to, String room, long neg, long gen, Description description, long got)
            implements Request {

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
     * @param gen the ICE generation of the candidates; a receiver drops those of an older one
     * @param candidates in the order in which they were found; may be empty when {@code end} is true
     * @param end whether no more will follow in this generation
     */
    record Ice(long id, String to, String room, long gen, List<Candidate> candidates, boolean end, long got)
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

    /** Says how far the client has taken in what it was sent, and nothing else. */
    record Ack(long got) implements ClientMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onAck(context, this);
        }
    }

    /** Asks for a pong with the same number. */
    record Ping(long ts, long got) implements ClientMessage {

        @Override
        public <C> void accept(Handler<C> handler, C context) {
            handler.onPing(context, this);
        }
    }

    /** Answers the server's ping with its number. */
    record Pong(long ts, long got) implements ClientMessage {

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

        void onHello(C context, Hello message);

        void onJoin(C context, Join message);

        void onLeave(C context, Leave message);

        void onSig(C context, Sig message);

        void onIce(C context, Ice message);

        void onAck(C context, Ack message);

        void onPing(C context, Ping message);

        void onPong(C context, Pong message);
    }
}
