package dev.postern.signaling.protocol;

import java.util.List;
import java.util.Objects;

/**
 * What the answer to a join says of the room.
 *
 * @param room the room's name
 * @param you the id of the peer that joined
 * @param role what it may do there; not said of a {@link Role#PEER}
 * @param locked whether nobody else may join; not said of an open room
 * @param peers the others, in the order in which they joined
 */
public record Joined(
        String room,
        String you,
        @Wire(optional = true) Role role,
        @Wire(optional = true) boolean locked,
        List<Peer> peers) {

    public Joined {
        Objects.requireNonNull(room);
        Objects.requireNonNull(you);
        Objects.requireNonNull(role);
        peers = List.copyOf(peers);
    }

    /** An open room, for a {@link Role#PEER}. */
    public Joined(String room, String you, List<Peer> peers) {
        this(room, you, Role.PEER, false, peers);
    }
}
