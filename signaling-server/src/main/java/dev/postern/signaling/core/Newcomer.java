package dev.postern.signaling.core;

import dev.postern.signaling.RoomRule;
import dev.postern.signaling.cluster.NodeMessage;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Role;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks to join a room, after his own node has found nothing wrong with how he asks.
 *
 * @param id the id of the request
 * @param mayOpen whether he may come first
 * @param capacity how many peers the room holds if he does; 0 for the server's own limit
 */
record Newcomer(
        Guest guest, long id, String room, @Nullable String name, Meta meta, Role role, boolean mayOpen, int capacity) {

    /** A session of this node. */
    static Newcomer of(Session session, ClientMessage.Join join, RoomRule rule) {
        return new Newcomer(
                session,
                join.id(),
                join.room(),
                nameOf(session, join),
                join.meta(),
                rule.role(),
                rule.mayOpen(),
                rule.capacity());
    }

    /** A session of another node. */
    static Newcomer of(String node, NodeMessage.Join join) {
        NodeMessage.Seat seat = join.seat();
        return new Newcomer(
                new Visitor(seat.peer(), seat.subject(), node, seat.isLost()),
                join.id(),
                join.room(),
                seat.name(),
                seat.meta(),
                seat.role(),
                join.mayOpen(),
                join.capacity());
    }

    /** What the grant says beats what the client says. */
    static @Nullable String nameOf(Session session, ClientMessage.Join join) {
        String granted = session.grant().name();
        return granted == null ? join.name() : granted;
    }
}
