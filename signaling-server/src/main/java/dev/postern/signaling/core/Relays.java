package dev.postern.signaling.core;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What peers of a room send each other. A request is answered {@code ok} when it is among what its target is told, which another
 * node says where the target is there. Owned by the hub.
 */
final class Relays {

    private final Interception interception;
    private final Delivery delivery;
    private final HubOutput output;
    private @Nullable Entries entries;

    Relays(SignalingConfig config, Delivery delivery, HubOutput output) {
        this.interception = new Interception(config.interceptor(), output);
        this.delivery = delivery;
        this.output = output;
    }

    /** This node is one of several. */
    void joinCluster(Entries elsewhere) {
        entries = elsewhere;
    }

    /** Does a {@code sig} of a session of this node; null where the answer comes later. */
    @Nullable
    ServerMessage sig(Session from, ClientMessage.Sig sig) {
        return relay(from, sig, sig.room(), sig.to());
    }

    /** Does an {@code ice} of a session of this node; null where the answer comes later. */
    @Nullable
    ServerMessage ice(Session from, ClientMessage.Ice ice) {
        return relay(from, ice, ice.room(), ice.to());
    }

    private @Nullable ServerMessage relay(Session from, ClientMessage.Request request, String name, String to) {
        Seating seating = from.rooms().get(name);
        if (seating == null) {
            return Rooms.notJoined(request);
        }
        ServerMessage intercepted = interception.ofMessage(from, request, name, to);
        if (intercepted != null) {
            return intercepted;
        }
        Room room = seating.here();
        if (room != null) {
            return from.awaited().size() < Entries.MAX_AWAITED
                    ? relay(room, from, request, to)
                    : Entries.unavailable(request.id());
        }
        return entries == null ? Rooms.notJoined(request) : entries.ask(from, name, request);
    }

    /** Takes a request to its target in a room whose home is here; null where the answer comes later. */
    @Nullable
    ServerMessage relay(Room room, Guest from, ClientMessage.Request request, String to) {
        Room.Member target = room.member(to);
        Abroad abroad = room.abroad();
        if (target == null && abroad != null && abroad.isMissed(to)) {
            abroad.await(new Abroad.Asked(from, to, request));
            return null;
        }
        if (target == null || target.guest() == from) {
            return Rooms.noSuchPeer(request);
        }
        if (target.guest() instanceof Visitor visitor && abroad != null) {
            abroad.sent(new Abroad.Asked(from, to, request));
            delivery.tell(room, visitor, numbered(from, request), from.peerId(), request.id());
            return null;
        }
        if (target.guest() instanceof Session session && isNew(room, session, from, request)) {
            output.count(SignalingCounter.MESSAGES_RELAYED);
            delivery.state(session, numbered(from, request));
        }
        return new ServerMessage.Ok(request.id(), null);
    }

    /** Sends a visitor's node once more what it has not confirmed. */
    void tell(Room room, Visitor to, Abroad.Asked asked) {
        Guest from = asked.from();
        delivery.tell(
                room,
                to,
                numbered(from, asked.request()),
                from.peerId(),
                asked.request().id());
    }

    /** Tells a session that has come here what its node before has not confirmed, unless it knows it. */
    void tellHere(Room room, Session to, Abroad.Asked asked) {
        if (isNew(room, to, asked.from(), asked.request())) {
            delivery.state(to, numbered(asked.from(), asked.request()));
        }
    }

    /** Whether the target was not told it before, by way of another home. */
    private static boolean isNew(Room room, Session to, Guest from, ClientMessage.Request request) {
        if (room.abroad() == null) {
            return true;
        }
        Seating seating = to.rooms().get(room.name());
        return seating != null && seating.take(from.peerId(), request.id());
    }

    private static LongFunction<ServerMessage> numbered(Guest from, ClientMessage.Request request) {
        if (request instanceof ClientMessage.Sig sig) {
            return seq -> new ServerMessage.Sig(
                    seq, from.peerId(), sig.to(), sig.room(), sig.neg(), sig.gen(), sig.description());
        }
        if (request instanceof ClientMessage.Ice ice) {
            return seq -> new ServerMessage.Ice(
                    seq, from.peerId(), ice.to(), ice.room(), ice.gen(), ice.candidates(), ice.end());
        }
        throw new IllegalArgumentException("nothing that is relayed: " + request.getClass());
    }

    /** Another node has told a session what this node sent it. */
    void onDelivered() {
        output.count(SignalingCounter.MESSAGES_RELAYED);
    }
}
