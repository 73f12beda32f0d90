package dev.postern.signaling.core;

import dev.postern.signaling.protocol.ServerMessage;

/** Gives a message that another node has made its place among what a session is told. */
final class Numbered {

    private Numbered() {}

    /** The same message under this number. */
    static ServerMessage with(ServerMessage message, long seq) {
        if (message instanceof ServerMessage.Sig sig) {
            return new ServerMessage.Sig(
                    seq, sig.from(), sig.to(), sig.room(), sig.neg(), sig.gen(), sig.description());
        }
        if (message instanceof ServerMessage.Ice ice) {
            return new ServerMessage.Ice(seq, ice.from(), ice.to(), ice.room(), ice.gen(), ice.candidates(), ice.end());
        }
        if (message instanceof ServerMessage.PeerChange change) {
            return new ServerMessage.PeerChange(seq, change.event(), change.room(), change.peer(), change.why());
        }
        if (message instanceof ServerMessage.RoomChange change) {
            return new ServerMessage.RoomChange(seq, change.room(), change.locked());
        }
        throw new IllegalArgumentException("nothing that a room tells: " + message.getClass());
    }
}
