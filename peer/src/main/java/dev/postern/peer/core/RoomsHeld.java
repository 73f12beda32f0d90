package dev.postern.peer.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rooms that the client is in and means to stay in: those to join again where a session is lost. */
final class RoomsHeld {

    private final Map<String, Draft.Join> byRoom = new LinkedHashMap<>();

    /** The server has let us in; nothing to keep where a later request to leave is already on its way. */
    void joined(Requests.Pending request, Requests others) {
        if (request.draft() instanceof Draft.Join join && !isBeingLeft(request, join.room(), others)) {
            byRoom.put(join.room(), join);
        }
    }

    private static boolean isBeingLeft(Requests.Pending joined, String room, Requests others) {
        for (Requests.Pending other : others.all()) {
            if (other.id() > joined.id()
                    && other.everSent
                    && other.draft() instanceof Draft.Leave leave
                    && leave.room().equals(room)) {
                return true;
            }
        }
        return false;
    }

    /** We have asked to leave, or the server has taken us out: the room is none to join again. */
    void removed(String room) {
        byRoom.remove(room);
    }

    /** The client still means to be in this room, though the server does not let it in yet. */
    void hold(Draft.Join join) {
        byRoom.put(join.room(), join);
    }

    /** Whether this is still how the client means to be in the room, which is no longer held then. */
    boolean release(Draft.Join join) {
        return byRoom.remove(join.room(), join);
    }

    /** All of them; none is held any more. */
    List<Draft.Join> takeAll() {
        List<Draft.Join> joins = List.copyOf(byRoom.values());
        byRoom.clear();
        return joins;
    }
}
