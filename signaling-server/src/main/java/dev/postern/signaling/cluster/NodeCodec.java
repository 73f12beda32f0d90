package dev.postern.signaling.cluster;

import dev.postern.signaling.cluster.NodeMessage.Seat;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.PeerEvent;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Turns what nodes say to each other into bytes and back; all nodes have the same {@link Frame#VERSION}. Immutable; any thread. */
public final class NodeCodec {

    /** Longer than any message that a node lets a client have. */
    private static final CodecLimits LIMITS = new CodecLimits(1 << 26, 64, 1 << 24, 1 << 20);

    private final MessageCodec messages = new MessageCodec(LIMITS);

    /** Tells messages apart; the order is the wire's. */
    private enum Type {
        ENTER,
        ENTERED,
        KEPT_OUT,
        NOT_HOME,
        JOIN,
        LEAVE,
        PRESENCE,
        ASK,
        ANSWER,
        DELIVER,
        DELIVERED,
        EXPELLED,
        HOLD,
        HELD,
        MOVED,
        ROOM_STATE,
        FETCH,
        FETCHED,
        NOT_FETCHED,
        ADOPT,
        REVOKE,
        REVOKED
    }

    /** Writes a message. */
    public byte[] encode(NodeMessage message) {
        try {
            NodeOut out = new NodeOut(messages);
            if (message instanceof NodeMessage.OfRoom ofRoom) {
                writeOfRoom(out, ofRoom);
            } else {
                writeOther(out, message);
            }
            return out.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException("a message in memory could not be written", e);
        }
    }

    private static void writeOfRoom(NodeOut out, NodeMessage.OfRoom message) throws IOException {
        if (message instanceof NodeMessage.Enter enter) {
            begin(out, Type.ENTER, enter)
                    .number(enter.number())
                    .flag(enter.isLocked())
                    .number(enter.capacity());
            out.list(enter.seats(), NodeOut::seat).map(enter.keptOutMillis(), NodeOut::number);
        } else if (message instanceof NodeMessage.Entered entered) {
            begin(out, Type.ENTERED, entered).number(entered.number()).number(entered.capacity());
            out.map(entered.keptOutMillis(), NodeOut::number);
        } else if (message instanceof NodeMessage.KeptOut keptOut) {
            begin(out, Type.KEPT_OUT, keptOut).map(keptOut.keptOutMillis(), NodeOut::number);
        } else if (message instanceof NodeMessage.NotHome notHome) {
            begin(out, Type.NOT_HOME, notHome).number(notHome.number());
        } else if (message instanceof NodeMessage.Join join) {
            begin(out, Type.JOIN, join).seat(join.seat());
            out.number(join.id()).flag(join.mayOpen()).number(join.capacity());
        } else if (message instanceof NodeMessage.Leave leave) {
            begin(out, Type.LEAVE, leave).text(leave.peer()).constant(leave.why());
        } else if (message instanceof NodeMessage.Presence presence) {
            begin(out, Type.PRESENCE, presence).text(presence.peer()).constant(presence.event());
        } else if (message instanceof NodeMessage.Ask ask) {
            begin(out, Type.ASK, ask).text(ask.peer()).message(ask.request());
        } else if (message instanceof NodeMessage.Answer answer) {
            begin(out, Type.ANSWER, answer).text(answer.peer()).message(answer.answer());
            out.number(answer.order());
        } else if (message instanceof NodeMessage.Deliver deliver) {
            begin(out, Type.DELIVER, deliver).deliver(deliver);
        } else {
            writeRest(out, message);
        }
    }

    private static void writeRest(NodeOut out, NodeMessage.OfRoom message) throws IOException {
        if (message instanceof NodeMessage.Delivered delivered) {
            begin(out, Type.DELIVERED, delivered).text(delivered.peer()).text(delivered.from());
            out.number(delivered.origin());
        } else if (message instanceof NodeMessage.Expelled expelled) {
            begin(out, Type.EXPELLED, expelled).text(expelled.peer()).constant(expelled.why());
        } else if (message instanceof NodeMessage.Hold hold) {
            begin(out, Type.HOLD, hold).text(hold.peer());
        } else if (message instanceof NodeMessage.Held held) {
            begin(out, Type.HELD, held).text(held.peer());
        } else if (message instanceof NodeMessage.Moved moved) {
            begin(out, Type.MOVED, moved).text(moved.node());
        } else if (message instanceof NodeMessage.RoomState state) {
            begin(out, Type.ROOM_STATE, state).number(state.capacity()).flag(state.isLocked());
            out.flag(state.isOpened()).number(state.joins()).list(state.seats(), NodeOut::placed);
            out.map(state.keptOutMillis(), NodeOut::number);
        } else {
            throw new IllegalStateException("a message that nothing writes: " + message.getClass());
        }
    }

    private static NodeOut begin(NodeOut out, Type type, NodeMessage.OfRoom message) throws IOException {
        return out.constant(type).text(message.room());
    }

    private static void writeOther(NodeOut out, NodeMessage message) throws IOException {
        if (message instanceof NodeMessage.Fetch fetch) {
            out.constant(Type.FETCH).number(fetch.ask()).text(fetch.sid()).text(fetch.secret());
            out.number(fetch.attempt()).text(fetch.subject());
        } else if (message instanceof NodeMessage.Fetched fetched) {
            out.constant(Type.FETCHED).number(fetched.ask()).session(fetched.session());
        } else if (message instanceof NodeMessage.NotFetched notFetched) {
            out.constant(Type.NOT_FETCHED).number(notFetched.ask()).constant(notFetched.why());
        } else if (message instanceof NodeMessage.Adopt adopt) {
            out.constant(Type.ADOPT).session(adopt.session());
        } else if (message instanceof NodeMessage.Revoke revoke) {
            out.constant(Type.REVOKE).revoke(revoke);
        } else if (message instanceof NodeMessage.Revoked revoked) {
            out.constant(Type.REVOKED).list(revoked.all(), NodeOut::revoke);
        } else {
            throw new IllegalStateException("a message that nothing writes: " + message.getClass());
        }
    }

    /**
     * Reads a message.
     *
     * @throws IllegalArgumentException if the bytes are none
     */
    public NodeMessage decode(byte[] bytes) {
        try {
            NodeIn in = new NodeIn(messages, bytes);
            NodeMessage message = read(in, in.constant(Type.class));
            in.end();
            return message;
        } catch (IOException e) {
            throw new IllegalArgumentException("bytes that are no message between nodes", e);
        }
    }

    private static NodeMessage read(NodeIn in, Type type) throws IOException {
        return switch (type) {
            case FETCH -> new NodeMessage.Fetch(in.number(), in.text(), in.text(), in.number(), in.text());
            case FETCHED -> new NodeMessage.Fetched(in.number(), in.session());
            case NOT_FETCHED -> new NodeMessage.NotFetched(in.number(), in.constant(NodeMessage.NotFetched.Why.class));
            case ADOPT -> new NodeMessage.Adopt(in.session());
            case REVOKE -> in.revoke();
            case REVOKED -> new NodeMessage.Revoked(in.list(NodeIn::revoke));
            default -> readOfRoom(in, type, in.text());
        };
    }

    private static NodeMessage readOfRoom(NodeIn in, Type type, String room) throws IOException {
        return switch (type) {
            case ENTER ->
                new NodeMessage.Enter(
                        room, in.number(), in.flag(), in.whole(), in.list(NodeIn::seat), in.map(NodeIn::number));
            case ENTERED -> new NodeMessage.Entered(room, in.number(), in.whole(), in.map(NodeIn::number));
            case KEPT_OUT -> new NodeMessage.KeptOut(room, in.map(NodeIn::number));
            case NOT_HOME -> new NodeMessage.NotHome(room, in.number());
            case JOIN -> readJoin(in, room);
            case LEAVE -> new NodeMessage.Leave(room, in.text(), in.constant(LeaveReason.class));
            case PRESENCE -> new NodeMessage.Presence(room, in.text(), in.constant(PeerEvent.class));
            case ASK -> new NodeMessage.Ask(room, in.text(), in.request());
            case ANSWER -> new NodeMessage.Answer(room, in.text(), in.serverMessage(), in.number());
            case DELIVER -> in.deliver(room);
            case DELIVERED -> new NodeMessage.Delivered(room, in.text(), in.text(), in.number());
            case EXPELLED -> new NodeMessage.Expelled(room, in.text(), in.constant(LeaveReason.class));
            case HOLD -> new NodeMessage.Hold(room, in.text());
            case HELD -> new NodeMessage.Held(room, in.text());
            case MOVED -> new NodeMessage.Moved(room, in.text());
            case ROOM_STATE -> readRoomState(in, room);
            default -> throw new IOException("no message about a room: " + type);
        };
    }

    private static NodeMessage readJoin(NodeIn in, String room) throws IOException {
        Seat seat = in.seat();
        return new NodeMessage.Join(room, seat, in.number(), in.flag(), in.whole());
    }

    private static NodeMessage readRoomState(NodeIn in, String room) throws IOException {
        int capacity = in.whole();
        boolean isLocked = in.flag();
        boolean isOpened = in.flag();
        long joins = in.number();
        return new NodeMessage.RoomState(
                room, capacity, isLocked, isOpened, joins, in.list(each -> each.placed(room)), in.map(NodeIn::number));
    }
}
