package dev.postern.conformance;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.ErrorCode;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A STUN message that a client got. What it has not got ends the case as failed. */
public final class Reply {

    private final TransportAddress from;
    private final ByteBuffer bytes;
    private final StunMessage message = new StunMessage();

    private Reply(Arrival arrival) {
        this.from = arrival.from();
        this.bytes = arrival.bytes();
    }

    static Reply of(Arrival arrival) {
        Reply reply = new Reply(arrival);
        DecodeResult result = reply.message.decode(reply.bytes);
        if (result != DecodeResult.OK) {
            throw Bench.failed("What the server sends is a STUN message. It is not: " + result.reason() + ".");
        }
        return reply;
    }

    /** Who sent it. */
    public TransportAddress from() {
        return from;
    }

    /** The decoded message. */
    public StunMessage message() {
        return message;
    }

    /** A copy of all its bytes. */
    public byte[] bytes() {
        byte[] copy = new byte[message.sizeBytes()];
        bytes.get(message.offset(), copy);
        return copy;
    }

    public TransactionId transactionId() {
        return message.transactionId();
    }

    public boolean isSuccess() {
        return message.messageClass() == MessageClass.SUCCESS_RESPONSE;
    }

    /** The error code, 0 for a success or an indication, -1 for an error response without a code that is well formed. */
    public int code() {
        if (message.messageClass() != MessageClass.ERROR_RESPONSE) {
            return 0;
        }
        int index = message.indexOf(AttributeType.ERROR_CODE);
        return index < 0 ? -1 : message.errorCode(index);
    }

    /** Fails unless it is a success response; {@code expectation} says what should succeed. */
    public Reply success(String expectation) {
        if (!isSuccess()) {
            throw Bench.failed(expectation + ". Instead came " + this + ".");
        }
        return this;
    }

    /** Fails unless it is an error response with that code; {@code expectation} says what should be refused. */
    public Reply error(int code, String expectation) {
        if (code() != code) {
            throw Bench.failed(expectation + ". Instead came " + this + ".");
        }
        return this;
    }

    /** Ends the case as not offered if the code is this, which is how an RFC has a server say so. */
    public Reply orNotOffered(int code, String feature) {
        if (code() == code) {
            throw new CaseEnd(new Outcome.NotOffered("The server answers " + this + " to " + feature + "."));
        }
        return this;
    }

    /** Whether an attribute of this type is there and counts. */
    public boolean has(int type) {
        return message.has(type);
    }

    /** The types of all attributes, in their order. */
    public List<Integer> types() {
        return IntStream.range(0, message.attributeCount())
                .map(message::attributeType)
                .boxed()
                .toList();
    }

    /** Fails if an attribute of this type is there, whether or not it counts. */
    public Reply hasNot(int type) {
        if (types().contains(type)) {
            throw Bench.failed(this + " does not carry " + AttributeType.nameOf(type) + ". It does.");
        }
        return this;
    }

    private int indexOf(int type) {
        int index = message.indexOf(type);
        if (index < 0) {
            throw Bench.failed(this + " carries " + AttributeType.nameOf(type) + ". It does not.");
        }
        return index;
    }

    /** The value of a four-byte attribute. */
    public long u32(int type) {
        long value = message.u32(indexOf(type));
        if (value < 0) {
            throw malformed(type);
        }
        return value;
    }

    /** The value of an eight-byte attribute. */
    public long u64(int type) {
        int index = indexOf(type);
        if (message.valueLength(index) != Long.BYTES) {
            throw malformed(type);
        }
        return message.u64(index);
    }

    /** The value's bytes without padding. */
    public byte[] value(int type) {
        ByteBuffer slice = message.slice(indexOf(type));
        byte[] value = new byte[slice.remaining()];
        slice.get(value);
        return value;
    }

    /** The value as text. */
    public String text(int type) {
        return wellFormed(type, message.text(indexOf(type)));
    }

    /** The address in an attribute that hides it by XOR. */
    public TransportAddress xorAddress(int type) {
        return wellFormed(type, message.xorAddress(indexOf(type)));
    }

    /** The address in an attribute of MAPPED-ADDRESS's form. */
    public TransportAddress address(int type) {
        return wellFormed(type, message.address(indexOf(type)));
    }

    /** All XOR-RELAYED-ADDRESS attributes. */
    public List<TransportAddress> relayedAddresses() {
        List<TransportAddress> all = new ArrayList<>();
        int index = indexOf(AttributeType.XOR_RELAYED_ADDRESS);
        while (index >= 0) {
            all.add(wellFormed(AttributeType.XOR_RELAYED_ADDRESS, message.xorAddress(index)));
            index = message.indexOf(AttributeType.XOR_RELAYED_ADDRESS, index + 1);
        }
        return all;
    }

    /** The first XOR-RELAYED-ADDRESS. */
    public TransportAddress relayed() {
        return xorAddress(AttributeType.XOR_RELAYED_ADDRESS);
    }

    /** LIFETIME in seconds. */
    public long lifetime() {
        return u32(AttributeType.LIFETIME);
    }

    /** The list in UNKNOWN-ATTRIBUTES. */
    public List<Integer> unknownAttributes() {
        ByteBuffer list = ByteBuffer.wrap(value(AttributeType.UNKNOWN_ATTRIBUTES));
        List<Integer> types = new ArrayList<>();
        while (list.remaining() >= Short.BYTES) {
            types.add(list.getShort() & 0xFFFF);
        }
        return types;
    }

    private <T> T wellFormed(int type, @Nullable T value) {
        if (value == null) {
            throw malformed(type);
        }
        return value;
    }

    private CaseEnd malformed(int type) {
        return Bench.failed(AttributeType.nameOf(type) + " in " + this + " is well formed. It is not.");
    }

    /** What it is in a few words, such as {@code an error response 437 (Allocation Mismatch) to Refresh}. */
    @Override
    public String toString() {
        Method method = message.method();
        String name = method == null ? "method " + message.methodCode() : HexNotes.words(method);
        return switch (message.messageClass()) {
            case REQUEST -> "a request " + name;
            case INDICATION -> "an indication " + name;
            case SUCCESS_RESPONSE -> "a success response to " + name;
            case ERROR_RESPONSE -> "an error response " + codeWords() + " to " + name;
        };
    }

    private String codeWords() {
        int code = code();
        ErrorCode known = ErrorCode.fromCode(code);
        return code < 0 ? "without a code" : code + (known == null ? "" : " (" + known.reason() + ")");
    }

    /** The names of its attributes. */
    String attributeNames() {
        return types().stream().map(AttributeType::nameOf).collect(Collectors.joining(", "));
    }
}
