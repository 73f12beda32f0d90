package dev.postern.signaling;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Role;
import org.jspecify.annotations.Nullable;

/**
 * Rules of an embedder's own for what clients may do, beside those of their grants. Asked about each join and each message from one peer to
 * another, before it has any effect, by whichever thread has the hub, one at a time: the whole server waits for the answer. So it must look at
 * nothing but what it is given and what it has in memory, and must neither block nor call the server.
 *
 * <p>What it refuses is answered with the error {@code not_allowed} and its words, and counted by {@link SignalingCounter#INTERCEPTED}. Where it
 * throws, the client is answered {@code internal}, nothing else happens, and it is counted by {@link SignalingCounter#INTERCEPTOR_FAILED}.
 * The same request sent again gets the same answer without another question.
 *
 * <p>Not for who a client is: see {@link Authorizer}. Where there are several nodes, the one that a session lives on asks.
 */
public interface SignalingInterceptor {

    /** The most of its words that a client is told; the rest is cut off. */
    int MAX_WORDS = 256;

    /** Why this peer may not join this room, as its user may read it; null if it may, as far as this rule goes. */
    default @Nullable String refuseJoin(Join join) {
        return null;
    }

    /** Why this message may not pass, as its sender may read it; null if it may. */
    default @Nullable String refuseMessage(Message message) {
        return null;
    }

    /**
     * A join that the client's grant allows. Whether the room is full, locked or there at all is looked at afterwards.
     *
     * @param peer the id that other peers would know it by
     * @param subject the {@linkplain Grant#subject subject} of its grant; empty for nobody in particular
     * @param room a client's text of at most {@link SignalingLimit#ROOM_CHARS}
     * @param role what it may do there
     * @param name what others would see; a client's text unless its grant says it
     * @param meta a client's JSON object of at most {@link SignalingLimit#META_CHARS}
     */
    record Join(
            String peer,
            String subject,
            String room,
            Role role,
            @Nullable String name,
            Meta meta) {}

    /**
     * A message of a peer that is in the room. Whether the other one is there is looked at afterwards.
     *
     * @param to the id of the peer that it is for, as the client says
     * @param content a {@link ClientMessage.Sig} or a {@link ClientMessage.Ice}
     */
    record Message(String peer, String subject, String room, String to, ClientMessage.Request content) {}
}
