package dev.postern.signaling.cluster;

import dev.postern.signaling.protocol.ServerMessage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All of a session that moves to another node: whoever has it can go on where the last one stopped. Immutable.
 *
 * @param sid the session's id
 * @param peer the id that other peers know it by
 * @param secret what the latest welcome told
 * @param previousSecret the one before, if it may still be needed
 * @param attempt the highest number of an attempt to resume it, as its client counts them
 * @param subject whom its grant is for
 * @param windowMillis how long it waits for its client
 * @param last the number of the latest message
 * @param floor the highest number that is not kept
 * @param acknowledged the highest number that the client acknowledged
 * @param messages what is kept, oldest first
 * @param staleUpTo requests up to this id are too old to be answered again
 * @param answers what its latest requests were answered, by id, oldest first
 * @param places the rooms that it is in, in the order in which it joined them
 * @param unanswered what it asked the homes of its rooms and has no answer to, in its order
 */
public record SessionState(
        String sid,
        String peer,
        String secret,
        @Nullable String previousSecret,
        long attempt,
        String subject,
        long windowMillis,
        long last,
        long floor,
        long acknowledged,
        List<ServerMessage> messages,
        long staleUpTo,
        List<Answered> answers,
        List<Place> places,
        List<NodeMessage.Ask> unanswered) {

    public SessionState {
        Objects.requireNonNull(sid);
        Objects.requireNonNull(peer);
        Objects.requireNonNull(secret);
        Objects.requireNonNull(subject);
        messages = List.copyOf(messages);
        answers = List.copyOf(answers);
        places = List.copyOf(places);
        unanswered = List.copyOf(unanswered);
    }

    /** A request's id and its answer. */
    public record Answered(long id, ServerMessage answer) {}

    /**
     * A room that the session is in.
     *
     * @param home the node that was the room's home when the session left
     * @param seat as the next node tells it to the home
     * @param delivered the latest request of each peer whose effect the session was told
     */
    public record Place(String room, String home, int capacity, NodeMessage.Seat seat, Map<String, Long> delivered) {

        public Place {
            Objects.requireNonNull(room);
            Objects.requireNonNull(home);
            Objects.requireNonNull(seat);
            delivered = Map.copyOf(delivered);
        }
    }

    /** Leaves the secrets out. */
    @Override
    public String toString() {
        return "SessionState[sid=" + sid + ", peer=" + peer + ", last=" + last + ", places=" + places.size() + "]";
    }
}
