package dev.postern.peer.core;

import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Meta;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request before it has an id. */
public sealed interface Draft {

    /** The message, with its id and the acknowledgement that rides on it. */
    ClientMessage.Request stamped(long id, long got);

    /** Asks to come into a room. */
    record Join(String room, @Nullable String name, Meta meta) implements Draft {

        public Join {
            Objects.requireNonNull(room);
            Objects.requireNonNull(meta);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Join(id, room, name, meta, got);
        }
    }

    /** Asks to be out of a room. */
    record Leave(String room) implements Draft {

        public Leave {
            Objects.requireNonNull(room);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Leave(id, room, got);
        }
    }

    /** A session description for one peer of a room. */
    record Sig(String to, String room, long neg, long gen, Description description) implements Draft {

        public Sig {
            Objects.requireNonNull(to);
            Objects.requireNonNull(room);
            Objects.requireNonNull(description);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Sig(id, to, room, neg, gen, description, got);
        }
    }

    /** Candidates for one peer of a room, or their end. */
    record Ice(String to, String room, long gen, List<Candidate> candidates, boolean end) implements Draft {

        public Ice {
            Objects.requireNonNull(to);
            Objects.requireNonNull(room);
            candidates = List.copyOf(candidates);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Ice(id, to, room, gen, candidates, end, got);
        }
    }

    /**
     * Shows a newer token.
     *
     * @param token never printed
     */
    record Auth(String token) implements Draft {

        public Auth {
            Objects.requireNonNull(token);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Auth(id, token, got);
        }

        /** Leaves the token out. */
        @Override
        public String toString() {
            return "Auth[token=(hidden)]";
        }
    }

    /** Asks to have a peer out of a room. */
    record Kick(String room, String peer) implements Draft {

        public Kick {
            Objects.requireNonNull(room);
            Objects.requireNonNull(peer);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Kick(id, room, peer, got);
        }
    }

    /** Asks to lock a room, or to open it again. */
    record Lock(String room, boolean on) implements Draft {

        public Lock {
            Objects.requireNonNull(room);
        }

        @Override
        public ClientMessage.Request stamped(long id, long got) {
            return new ClientMessage.Lock(id, room, on, got);
        }
    }
}
