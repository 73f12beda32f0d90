package dev.postern.peer.model;

import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a client is told, in the oracle's words.
 *
 * @param kind what kind of thing
 * @param room the room that it is about; empty for {@link Kind#SERVERS}
 * @param about the peer that it is about or from
 * @param text the rest of it
 */
record Told(Kind kind, String room, String about, String text) {

    /** The kinds. */
    enum Kind {
        JOINED,
        LEFT,
        PEER,
        SIG,
        ICE,
        SERVERS
    }

    static Told peer(PeerEvent event, String room, String peer, boolean polite, @Nullable LeaveReason why) {
        return new Told(
                Kind.PEER, room, peer, event.wireName() + (polite ? " polite" : "") + (why == null ? "" : " " + why));
    }

    static Told of(ServerMessage.PeerChange change) {
        Peer peer = change.peer();
        return peer(change.event(), change.room(), peer.id(), peer.polite(), change.why());
    }

    static Told of(ServerMessage.Sig sig) {
        return new Told(Kind.SIG, sig.room(), sig.from(), sig.description().sdp());
    }

    static Told of(ServerMessage.Ice ice) {
        String first = ice.candidates().isEmpty() ? "" : ice.candidates().get(0).candidate();
        return new Told(Kind.ICE, ice.room(), ice.from(), first);
    }

    static Told of(IceServers ice) {
        String username = ice.servers().isEmpty() ? null : ice.servers().get(0).username();
        return new Told(Kind.SERVERS, "", "", username == null ? "" : username);
    }

    static Told of(Joined joined) {
        StringBuilder peers = new StringBuilder();
        for (Peer peer : joined.peers()) {
            peers.append(peer.id()).append(peer.polite() ? "+" : "-").append(' ');
        }
        return new Told(Kind.JOINED, joined.room(), joined.you(), peers.toString());
    }

    /** Whether presence may be left out because this later presence of the same peer and room has overtaken it. */
    boolean isOvertakenBy(Told later) {
        if (kind != Kind.PEER || later.kind != Kind.PEER || !room.equals(later.room) || !about.equals(later.about)) {
            return false;
        }
        if (text.startsWith("lost") || text.startsWith("back")) {
            return later.text.startsWith("lost") || later.text.startsWith("back") || later.text.startsWith("leave");
        }
        return text.startsWith("join") && later.text.startsWith("leave");
    }
}
