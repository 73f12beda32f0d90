package dev.postern.signaling.cluster;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the values of messages between nodes. */
final class NodeOut {

    private final MessageCodec messages;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Writes one value. */
    interface Part<T> {

        void write(NodeOut out, T value) throws IOException;
    }

    NodeOut(MessageCodec messages) {
        this.messages = messages;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    NodeOut flag(boolean value) throws IOException {
        out.writeBoolean(value);
        return this;
    }

    NodeOut number(long value) throws IOException {
        out.writeLong(value);
        return this;
    }

    NodeOut text(String value) throws IOException {
        return raw(value.getBytes(StandardCharsets.UTF_8));
    }

    private NodeOut raw(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
        return this;
    }

    NodeOut textOrNull(@Nullable String value) throws IOException {
        flag(value != null);
        return value == null ? this : text(value);
    }

    NodeOut constant(Enum<?> value) throws IOException {
        return text(value.name());
    }

    NodeOut message(ServerMessage value) throws IOException {
        return raw(messages.encode(value));
    }

    NodeOut message(ClientMessage value) throws IOException {
        return raw(messages.encode(value));
    }

    <T> NodeOut list(List<T> values, Part<T> part) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            part.write(this, value);
        }
        return this;
    }

    <T> NodeOut map(Map<String, T> values, Part<T> part) throws IOException {
        out.writeInt(values.size());
        for (Map.Entry<String, T> entry : values.entrySet()) {
            text(entry.getKey());
            part.write(this, entry.getValue());
        }
        return this;
    }

    NodeOut seat(NodeMessage.Seat seat) throws IOException {
        text(seat.peer())
                .text(seat.subject())
                .textOrNull(seat.name())
                .text(seat.meta().json());
        return constant(seat.role())
                .number(seat.order())
                .flag(seat.isLost())
                .flag(seat.isLocked())
                .map(seat.known(), NodeOut::known);
    }

    private NodeOut known(NodeMessage.Known known) throws IOException {
        return flag(known.isLost()).flag(known.isPolite());
    }

    NodeOut placed(NodeMessage.Placed placed) throws IOException {
        return seat(placed.seat()).text(placed.node()).list(placed.held(), NodeOut::deliver);
    }

    /** All but its room. */
    NodeOut deliver(NodeMessage.Deliver deliver) throws IOException {
        return text(deliver.peer())
                .message(deliver.message())
                .text(deliver.from())
                .number(deliver.origin());
    }

    NodeOut revoke(NodeMessage.Revoke revoke) throws IOException {
        return text(revoke.subject()).flag(revoke.isOn()).number(revoke.agoMillis());
    }

    NodeOut session(SessionState state) throws IOException {
        text(state.sid()).text(state.peer()).text(state.secret()).textOrNull(state.previousSecret());
        number(state.attempt()).text(state.subject()).number(state.windowMillis());
        number(state.last()).number(state.floor()).number(state.acknowledged());
        list(state.messages(), NodeOut::message).number(state.staleUpTo());
        list(state.answers(), (to, one) -> to.number(one.id()).message(one.answer()));
        list(state.places(), NodeOut::place);
        return list(
                state.unanswered(),
                (to, ask) -> to.text(ask.room()).text(ask.peer()).message(ask.request()));
    }

    private NodeOut place(SessionState.Place place) throws IOException {
        text(place.room()).text(place.home()).number(place.capacity());
        return seat(place.seat()).map(place.delivered(), NodeOut::number);
    }
}
