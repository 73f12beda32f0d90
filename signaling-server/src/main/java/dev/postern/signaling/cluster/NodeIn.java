package dev.postern.signaling.cluster;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Role;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the values of messages between nodes; whatever is not what {@link NodeOut} writes is an exception. */
final class NodeIn {

    /** Space for more is made when they are there. */
    private static final int EXPECTED_ITEMS = 64;

    private final MessageCodec messages;
    private final DataInputStream in;

    /** Reads one value. */
    interface Part<T> {

        T read(NodeIn in) throws IOException;
    }

    NodeIn(MessageCodec messages, byte[] bytes) {
        this.messages = messages;
        this.in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /** Nothing may follow. */
    void end() throws IOException {
        if (in.read() >= 0) {
            throw new IOException("something follows the message");
        }
    }

    boolean flag() throws IOException {
        return in.readBoolean();
    }

    long number() throws IOException {
        return in.readLong();
    }

    /** A number of something. */
    int whole() throws IOException {
        long number = number();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new IOException("no number of anything: " + number);
        }
        return (int) number;
    }

    String text() throws IOException {
        int length = count();
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** A length: of no more than what is left, since every item has a byte at least. */
    private int count() throws IOException {
        int count = in.readInt();
        if (count < 0 || count > in.available()) {
            throw new IOException("a length that the message does not have: " + count);
        }
        return count;
    }

    @Nullable
    String textOrNull() throws IOException {
        return flag() ? text() : null;
    }

    <E extends Enum<E>> E constant(Class<E> type) throws IOException {
        try {
            return Enum.valueOf(type, text());
        } catch (IllegalArgumentException e) {
            throw new IOException("no " + type.getSimpleName(), e);
        }
    }

    ServerMessage serverMessage() throws IOException {
        return whole(messages.decodeServer(text()));
    }

    ClientMessage.Request request() throws IOException {
        if (whole(messages.decodeClient(text())) instanceof ClientMessage.Request request) {
            return request;
        }
        throw new IOException("a client's message that is no request");
    }

    private static <M> M whole(Decoded<M> decoded) throws IOException {
        if (decoded instanceof Decoded.Message<M> whole) {
            return whole.message();
        }
        throw new IOException("a message that cannot be read: " + decoded);
    }

    <T> List<T> list(Part<T> part) throws IOException {
        int count = count();
        List<T> values = new ArrayList<>(Math.min(count, EXPECTED_ITEMS));
        for (int i = 0; i < count; i++) {
            values.add(part.read(this));
        }
        return values;
    }

    <T> Map<String, T> map(Part<T> part) throws IOException {
        int count = count();
        Map<String, T> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            values.put(text(), part.read(this));
        }
        return values;
    }

    private NodeMessage.Known known() throws IOException {
        return new NodeMessage.Known(flag(), flag());
    }

    NodeMessage.Seat seat() throws IOException {
        return new NodeMessage.Seat(
                text(),
                text(),
                textOrNull(),
                meta(),
                constant(Role.class),
                number(),
                flag(),
                flag(),
                map(NodeIn::known));
    }

    private Meta meta() throws IOException {
        try {
            return Meta.ofJson(text());
        } catch (IllegalArgumentException e) {
            throw new IOException("no meta", e);
        }
    }

    NodeMessage.Placed placed(String room) throws IOException {
        return new NodeMessage.Placed(seat(), text(), list(each -> each.deliver(room)));
    }

    NodeMessage.Deliver deliver(String room) throws IOException {
        return new NodeMessage.Deliver(room, text(), serverMessage(), text(), number());
    }

    NodeMessage.Revoke revoke() throws IOException {
        return new NodeMessage.Revoke(text(), flag(), number());
    }

    SessionState session() throws IOException {
        return new SessionState(
                text(),
                text(),
                text(),
                textOrNull(),
                number(),
                text(),
                number(),
                number(),
                number(),
                number(),
                list(NodeIn::serverMessage),
                number(),
                list(each -> new SessionState.Answered(each.number(), each.serverMessage())),
                list(NodeIn::place),
                list(each -> new NodeMessage.Ask(each.text(), each.text(), each.request())));
    }

    private SessionState.Place place() throws IOException {
        return new SessionState.Place(text(), text(), whole(), seat(), map(NodeIn::number));
    }
}
