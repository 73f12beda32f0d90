package dev.postern.peer.model;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fault between the sockets and the hub, as if the carriers had it. One instance serves one run. */
final class ChaosFault {

    /** Every so often it happens. */
    private static final int EVERY = 7;

    /** What is wrong. */
    enum Kind {
        NONE("nothing is wrong"),
        LOSES_A_REQUEST("a carrier loses a request"),
        SWAPS_REQUESTS("a carrier gives the hub two requests in the wrong order"),
        LOSES_A_MESSAGE("a carrier loses a message of the hub"),
        SWAPS_MESSAGES("a carrier sends two messages in the wrong order"),
        FORGETS_TO_REPLAY("nothing is sent again after a resume"),
        REPLAYS_ONE_TOO_FEW("one message too few is sent again after a resume"),
        END_NOT_TOLD("the hub is not told that a connection was lost"),
        EVERY_END_ON_PURPOSE("the hub is told of every end that it was meant");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        String sentence() {
            return sentence;
        }
    }

    private final Kind kind;
    private final Map<Object, ClientMessage> heldUp = new HashMap<>();
    private final Map<Object, ServerMessage> heldDown = new HashMap<>();
    private int requests;
    private int messages;
    private boolean isReplaying;

    ChaosFault(Kind kind) {
        this.kind = kind;
    }

    /** What the hub is given for what came. */
    List<ClientMessage> takes(Object connection, ClientMessage message) {
        isReplaying = false;
        if (!(message instanceof ClientMessage.Sig)) {
            return List.of(message);
        }
        if (kind == Kind.SWAPS_REQUESTS) {
            ClientMessage held = heldUp.remove(connection);
            if (held != null) {
                return List.of(message, held);
            }
            heldUp.put(connection, message);
            return List.of();
        }
        return kind == Kind.LOSES_A_REQUEST && ++requests % EVERY == 0 ? List.of() : List.of(message);
    }

    /** What the carrier is given for what the hub says. */
    List<ServerMessage> says(Object connection, ServerMessage message) {
        if (message instanceof ServerMessage.Welcome welcome) {
            isReplaying = welcome.resumed();
        } else if (isReplaying && message.number() != ServerMessage.UNNUMBERED) {
            isReplaying = kind != Kind.REPLAYS_ONE_TOO_FEW;
            boolean isLost = kind == Kind.FORGETS_TO_REPLAY || kind == Kind.REPLAYS_ONE_TOO_FEW;
            return isLost ? List.of() : List.of(message);
        } else if (message instanceof ServerMessage.Sig) {
            return sig(connection, message);
        }
        return List.of(message);
    }

    private List<ServerMessage> sig(Object connection, ServerMessage message) {
        if (kind == Kind.SWAPS_MESSAGES) {
            ServerMessage held = heldDown.remove(connection);
            if (held != null) {
                return List.of(message, held);
            }
            heldDown.put(connection, message);
            return List.of();
        }
        return kind == Kind.LOSES_A_MESSAGE && ++messages % EVERY == 0 ? List.of() : List.of(message);
    }

    /** What the hub is told of an end: whether it was meant. */
    List<Boolean> closed(boolean onPurpose) {
        if (kind == Kind.END_NOT_TOLD && !onPurpose) {
            return List.of();
        }
        return List.of(onPurpose || kind == Kind.EVERY_END_ON_PURPOSE);
    }
}
