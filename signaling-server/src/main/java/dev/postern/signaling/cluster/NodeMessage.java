package dev.postern.signaling.cluster;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one node tells another. Every room has one home, the node that orders what happens in it; every session lives on one
 * node, which numbers what it is told. Between two nodes messages arrive once and in order, until one takes the other for lost.
 */
public sealed interface NodeMessage {

    /** A message about one room, between its home and a node that has sessions in it. */
    sealed interface OfRoom extends NodeMessage {

        /** The room's name. */
        String room();
    }

    /**
     * A peer in a room, as the node of its session tells it to the home.
     *
     * @param subject the subject of its grant; empty for nobody in particular
     * @param order its place in the order of joins; of two the later one is polite
     * @param isLost whether it has no connection now
     * @param isLocked whether its client takes the room for locked
     * @param known whom its client was told of and takes to be in the room, and as what
     */
    record Seat(
            String peer,
            String subject,
            @Nullable String name,
            Meta meta,
            Role role,
            long order,
            boolean isLost,
            boolean isLocked,
            Map<String, Known> known) {

        public Seat {
            Objects.requireNonNull(peer);
            Objects.requireNonNull(subject);
            Objects.requireNonNull(meta);
            Objects.requireNonNull(role);
            known = Map.copyOf(known);
        }
    }

    /**
     * What a client was told last of a peer that it takes to be in the room.
     *
     * @param isLost whether the peer is lost
     * @param isPolite whether the client itself is the polite one of the two
     */
    record Known(boolean isLost, boolean isPolite) {}

    /**
     * To the home: this node has something to say about the room, and these of its sessions are in it already. Answered by
     * {@link Entered}, {@link NotHome} or {@link Moved}; what the home said before that answer does not count. With the number that
     * the node has entered under already it tells of more sessions, and is not answered.
     *
     * @param number rises with each time that the node enters some room
     * @param isLocked whether the room is locked as far as the node knows, which one of its sessions may have been told alone
     * @param capacity how many peers the room holds as far as the node knows; 0 if it does not
     * @param keptOutMillis who may not come in, as far as the node knows, and for how long
     */
    record Enter(
            String room, long number, boolean isLocked, int capacity, List<Seat> seats, Map<String, Long> keptOutMillis)
            implements OfRoom {

        public Enter {
            Objects.requireNonNull(room);
            seats = List.copyOf(seats);
            keptOutMillis = Map.copyOf(keptOutMillis);
        }
    }

    /** From the home: go on, {@code number} is known. */
    record Entered(String room, long number, int capacity, Map<String, Long> keptOutMillis) implements OfRoom {

        public Entered {
            keptOutMillis = Map.copyOf(keptOutMillis);
        }
    }

    /** From the home: who was sent out and may not come in for so long, which the next home is to know if this one is lost. */
    record KeptOut(String room, Map<String, Long> keptOutMillis) implements OfRoom {

        public KeptOut {
            keptOutMillis = Map.copyOf(keptOutMillis);
        }
    }

    /** From a node that is not the room's home, or no longer: what was entered under this number is over. */
    record NotHome(String room, long number) implements OfRoom {}

    /**
     * To the home: a session of this node asks to join.
     *
     * @param seat who; its order and what it knows mean nothing yet
     * @param id the id of the client's request
     * @param mayOpen whether it may come first
     * @param capacity how many peers its grant lets the room hold if it comes first; 0 for the server's own limit
     */
    record Join(String room, Seat seat, long id, boolean mayOpen, int capacity) implements OfRoom {}

    /** To the home: a session is out of the room. */
    record Leave(String room, String peer, LeaveReason why) implements OfRoom {}

    /** To the home: a session lost its connection or has another one. */
    record Presence(String room, String peer, PeerEvent event) implements OfRoom {}

    /** To the home: a {@code sig}, {@code ice}, {@code kick} or {@code lock} of a session. */
    record Ask(String room, String peer, ClientMessage.Request request) implements OfRoom {}

    /**
     * From the home: the answer to a join or ask, an {@code ok} or {@code err}; an {@code ok} to a join says who is there.
     *
     * @param order the place in the order of joins; 0 but for a join
     */
    record Answer(String room, String peer, ServerMessage answer, long order) implements OfRoom {}

    /**
     * From the home: something that a session is to be told. Its number is the session's to give.
     *
     * @param from the peer whose request it comes of and {@code origin} that request's id, which rises: the same one is not
     *     delivered twice; empty and 0 where it comes of none, and only the others are answered by {@link Delivered}
     */
    record Deliver(String room, String peer, ServerMessage message, String from, long origin) implements OfRoom {}

    /** To the home: it is among what the session is told now, however often its connection breaks. */
    record Delivered(String room, String peer, String from, long origin) implements OfRoom {}

    /** From the home: the session is out of the room without having asked. */
    record Expelled(String room, String peer, LeaveReason why) implements OfRoom {}

    /** To the home: keep what this peer is to be told until it is seated again, since its session moves to another node. */
    record Hold(String room, String peer) implements OfRoom {}

    /** From the home: nothing follows for this peer before it is seated again. */
    record Held(String room, String peer) implements OfRoom {}

    /** From the home: another node is the room's home from now on. What had no answer was not done. */
    record Moved(String room, String node) implements OfRoom {}

    /**
     * From a home that leaves to the next one: all of a room.
     *
     * @param isOpened whether a moderator has opened it since it was locked last; some may not have heard of it yet
     */
    record RoomState(
            String room,
            int capacity,
            boolean isLocked,
            boolean isOpened,
            long joins,
            List<Placed> seats,
            Map<String, Long> keptOutMillis)
            implements OfRoom {

        public RoomState {
            Objects.requireNonNull(room);
            seats = List.copyOf(seats);
            keptOutMillis = Map.copyOf(keptOutMillis);
        }
    }

    /**
     * A seat, the node that its session lives on, and what waits for it.
     *
     * @param node empty while the session moves
     */
    record Placed(Seat seat, String node, List<Deliver> held) {

        public Placed {
            held = List.copyOf(held);
        }
    }

    /**
     * Asks for a session whose client has come here. Answered by {@link Fetched} or {@link NotFetched}.
     *
     * @param ask counts the asking node's questions
     * @param attempt the number of the client's attempt, as it counts them
     * @param subject whom the client's grant is for
     */
    record Fetch(long ask, String sid, String secret, long attempt, String subject) implements NodeMessage {

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "Fetch[ask=" + ask + ", sid=" + sid + "]";
        }
    }

    /** The session, which lives on the asking node from now on. */
    record Fetched(long ask, SessionState session) implements NodeMessage {}

    /** The session stays where it is. */
    record NotFetched(long ask, Why why) implements NodeMessage {

        /** Why it does. */
        public enum Why {
            /** It is not here, or is not the client's. */
            NOT_HERE,
            /** It is on its way to another node, so that asking again later may help. */
            MOVING,
            /** A later attempt of the same client has it. */
            OVERTAKEN
        }

        public NotFetched {
            Objects.requireNonNull(why);
        }
    }

    /** From a node that leaves: a session whose client has not come back yet. */
    record Adopt(SessionState session) implements NodeMessage {}

    /** To every node: a user is revoked, or no longer, which was said so long ago. */
    record Revoke(String subject, boolean isOn, long agoMillis) implements NodeMessage {}

    /** To a node that has come: what was said of users before, as far as it still counts. */
    record Revoked(List<Revoke> all) implements NodeMessage {

        public Revoked {
            all = List.copyOf(all);
        }
    }
}
