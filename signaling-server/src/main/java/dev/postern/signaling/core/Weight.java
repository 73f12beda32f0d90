package dev.postern.signaling.core;

import dev.postern.signaling.protocol.Candidate;
import dev.postern.signaling.protocol.IceServer;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a server message is at most as JSON: exact for its texts, generous for what is around them. The bounds
 * on what is kept count by it.
 */
final class Weight implements ServerMessage.Handler<Weight.Sum> {

    private static final Weight WEIGHT = new Weight();
    private static final int MESSAGE = 160;
    private static final int ITEM = 64;
    private static final int CONTROL_ESCAPE = 6;

    private Weight() {}

    /** Where the bytes of one message add up. */
    static final class Sum {

        private int bytes = MESSAGE;

        Sum text(@Nullable String text) {
            if (text != null) {
                bytes += jsonBytes(text);
            }
            return this;
        }

        private static int jsonBytes(String text) {
            int sum = 2;
            for (int i = 0; i < text.length(); i++) {
                sum += jsonBytes(text.charAt(i));
            }
            return sum;
        }

        private static int jsonBytes(char c) {
            if (c < 0x20) {
                return c == '\r' || c == '\n' || c == '\t' ? 2 : CONTROL_ESCAPE;
            }
            if (c < 0x80) {
                return c == '"' || c == '\\' ? 2 : 1;
            }
            return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }

        private Sum peer(Peer peer) {
            bytes += ITEM + 2 * peer.meta().json().length();
            return text(peer.id()).text(peer.name()).text(peer.meta().json());
        }

        private void ice(IceServers ice) {
            for (IceServer server : ice.servers()) {
                bytes += ITEM;
                server.urls().forEach(this::text);
                text(server.username()).text(server.credential());
            }
        }
    }

    static int of(ServerMessage message) {
        Sum sum = new Sum();
        message.accept(WEIGHT, sum);
        return sum.bytes;
    }

    @Override
    public void onWelcome(Sum sum, ServerMessage.Welcome message) {
        sum.text(message.sid()).text(message.resume()).text(message.peer()).text(message.epoch());
        sum.bytes += MESSAGE;
        sum.ice(message.ice());
    }

    @Override
    public void onOk(Sum sum, ServerMessage.Ok message) {
        Joined joined = message.joined();
        if (joined != null) {
            sum.text(joined.room()).text(joined.you());
            joined.peers().forEach(sum::peer);
        }
    }

    @Override
    public void onErr(Sum sum, ServerMessage.Err message) {
        sum.text(message.name()).text(message.detail());
    }

    @Override
    public void onSig(Sum sum, ServerMessage.Sig message) {
        sum.text(message.from()).text(message.to()).text(message.room());
        sum.text(message.description().sdp());
    }

    @Override
    public void onIce(Sum sum, ServerMessage.Ice message) {
        sum.text(message.from()).text(message.to()).text(message.room());
        for (Candidate candidate : message.candidates()) {
            sum.bytes += 2 * ITEM;
            sum.text(candidate.candidate()).text(candidate.sdpMid()).text(candidate.usernameFragment());
        }
    }

    @Override
    public void onPeerChange(Sum sum, ServerMessage.PeerChange message) {
        sum.text(message.room()).peer(message.peer());
    }

    @Override
    public void onRoomChange(Sum sum, ServerMessage.RoomChange message) {
        sum.text(message.room());
    }

    @Override
    public void onExpiring(Sum sum, ServerMessage.Expiring message) {}

    @Override
    public void onIceServersChange(Sum sum, ServerMessage.IceServersChange message) {
        sum.ice(message.ice());
    }

    @Override
    public void onBye(Sum sum, ServerMessage.Bye message) {}

    @Override
    public void onPing(Sum sum, ServerMessage.Ping message) {}

    @Override
    public void onPong(Sum sum, ServerMessage.Pong message) {}
}
