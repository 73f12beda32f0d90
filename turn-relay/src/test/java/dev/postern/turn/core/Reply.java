package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A STUN message that a client got, decoded. */
public final class Reply {

    public final StunMessage message = new StunMessage();

    public Reply(ByteBuffer bytes) {
        assertThat(message.decode(bytes)).isEqualTo(DecodeResult.OK);
    }

    public boolean isSuccess() {
        return message.messageClass() == MessageClass.SUCCESS_RESPONSE;
    }

    /** The error code, or 0 for a success. */
    public int code() {
        if (isSuccess()) {
            return 0;
        }
        assertThat(message.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        return message.errorCode(message.indexOf(AttributeType.ERROR_CODE));
    }

    public boolean has(int type) {
        return message.has(type);
    }

    public long u32(int type) {
        return message.u32(require(type));
    }

    public long u64(int type) {
        int index = require(type);
        assertThat(message.valueLength(index)).isEqualTo(Long.BYTES);
        return message.u64(index);
    }

    public byte[] bytes(int type) {
        return bytesAt(require(type));
    }

    public TransportAddress address(int type) {
        return notNull(message.xorAddress(require(type)));
    }

    public TransportAddress relayed() {
        return address(AttributeType.XOR_RELAYED_ADDRESS);
    }

    public long lifetimeSeconds() {
        return u32(AttributeType.LIFETIME);
    }

    /** The types of all attributes, in their order. */
    public List<Integer> types() {
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < message.attributeCount(); i++) {
            types.add(message.attributeType(i));
        }
        return types;
    }

    private byte[] bytesAt(int index) {
        byte[] value = new byte[message.valueLength(index)];
        message.slice(index).get(value);
        return value;
    }

    private int require(int type) {
        int index = message.indexOf(type);
        assertThat(index).as(AttributeType.nameOf(type)).isNotNegative();
        return index;
    }

    private static <T> T notNull(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("malformed");
        }
        return value;
    }
}
