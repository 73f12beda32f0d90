package dev.postern.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A view of one STUN message in a buffer: {@link #decode} indexes the attributes, accessors read them where they lie.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0|     STUN Message Type     |         Message Length        |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Magic Cookie                          |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                     Transaction ID (96 bits)                  |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Type                  |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                         Value (variable)                ....
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>Syntax only (RFC 8489 sections 5 and 14): whether a method, an attribute or a digest is right is for others to
 * say. What the view shows is valid after a decode that answered {@link DecodeResult#OK}, until the next decode or
 * until someone writes into the buffer. Reused by one owner thread; decoding, and every accessor of a primitive, makes
 * no garbage.
 *
 * <p>Not for telling protocols apart: {@link Demux} does that by the first byte.
 */
public final class StunMessage {

    /** The size of the header: type, length, cookie, transaction id. */
    public static final int HEADER_BYTES = 20;

    /** The magic cookie of RFC 8489 section 5. */
    public static final int MAGIC_COOKIE = 0x2112A442;

    /** The size of the head of an attribute: its type and its length. */
    public static final int ATTRIBUTE_HEADER_BYTES = 4;

    /** The most attributes that one message may carry; one more and the message is refused. */
    public static final int MAX_ATTRIBUTES = 64;

    static final int LENGTH_OFFSET = 2;
    static final int COOKIE_OFFSET = 4;
    static final int TRANSACTION_ID_OFFSET = 8;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final int[] types = new int[MAX_ATTRIBUTES];
    private final int[] valueOffsets = new int[MAX_ATTRIBUTES];
    private final int[] valueLengths = new int[MAX_ATTRIBUTES];
    private final StrictUtf8 utf8 = new StrictUtf8();

    private ByteBuffer buffer = NOTHING;
    private int offset;
    private int sizeBytes;
    private int type;
    private int count;
    private int unprotectedFrom;
    private int problemOffset = -1;

    /**
     * Points this view at the message between the buffer's position and limit, which must be the whole message and
     * nothing else. Reads by absolute index: the position does not move. The buffer must be big-endian, as buffers are
     * by birth.
     *
     * @return {@link DecodeResult#OK}, or why there is no message; never throws
     */
    public DecodeResult decode(ByteBuffer datagram) {
        buffer = datagram;
        offset = datagram.position();
        sizeBytes = datagram.remaining();
        count = 0;
        unprotectedFrom = 0;
        type = 0;
        problemOffset = -1;
        DecodeResult header = decodeHeader();
        return header == DecodeResult.OK ? decodeAttributes() : header;
    }

    private DecodeResult decodeHeader() {
        if (sizeBytes < HEADER_BYTES) {
            return problem(DecodeResult.TOO_SHORT, sizeBytes);
        }
        int firstWord = buffer.getInt(offset);
        if (firstWord >>> 30 != 0) {
            return problem(DecodeResult.NOT_STUN, 0);
        }
        int length = firstWord & 0xFFFF;
        if (buffer.getInt(offset + COOKIE_OFFSET) != MAGIC_COOKIE) {
            return problem(DecodeResult.BAD_COOKIE, COOKIE_OFFSET);
        }
        if ((length & 3) != 0 || length != sizeBytes - HEADER_BYTES) {
            return problem(DecodeResult.BAD_LENGTH, LENGTH_OFFSET);
        }
        type = firstWord >>> 16;
        return DecodeResult.OK;
    }

    private DecodeResult decodeAttributes() {
        int end = offset + sizeBytes;
        int at = offset + HEADER_BYTES;
        unprotectedFrom = MAX_ATTRIBUTES;
        while (at < end) {
            int head = buffer.getInt(at); // there: at and end are both multiples of 4 from the start
            int valueLength = head & 0xFFFF;
            int valueOffset = at + ATTRIBUTE_HEADER_BYTES;
            if (valueLength > end - valueOffset) {
                return problem(DecodeResult.ATTRIBUTE_OVERRUN, at - offset);
            }
            if (count == MAX_ATTRIBUTES) {
                return problem(DecodeResult.TOO_MANY_ATTRIBUTES, at - offset);
            }
            index(head >>> 16, valueOffset, valueLength);
            at = valueOffset + padded(valueLength);
        }
        return DecodeResult.OK;
    }

    private void index(int attributeType, int valueOffset, int valueLength) {
        types[count] = attributeType;
        valueOffsets[count] = valueOffset;
        valueLengths[count] = valueLength;
        count++;
        if (unprotectedFrom == MAX_ATTRIBUTES && isIntegrity(attributeType)) {
            unprotectedFrom = count;
        }
    }

    private DecodeResult problem(DecodeResult result, int at) {
        count = 0;
        problemOffset = at;
        return result;
    }

    private static boolean isIntegrity(int attributeType) {
        return attributeType == AttributeType.MESSAGE_INTEGRITY
                || attributeType == AttributeType.MESSAGE_INTEGRITY_SHA256;
    }

    /** The bytes that a value of {@code length} bytes takes on the wire: up to the next multiple of 4. */
    static int padded(int length) {
        return length + 3 & ~3;
    }

    /** Where the last decode failed, in bytes from the message's start; -1 if it did not. */
    public int problemOffset() {
        return problemOffset;
    }

    /** The buffer of the last decode; positions in it are what {@link #valueOffset} answers. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The index in {@link #buffer} of the message's first byte. */
    public int offset() {
        return offset;
    }

    /** The size of the message with its header. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** The method's number, 0 to {@link Method#MAX_CODE}. */
    public int methodCode() {
        return MessageType.methodCode(type);
    }

    /** The method, or null if the number is none of ours. */
    public @Nullable Method method() {
        return Method.fromCode(methodCode());
    }

    public MessageClass messageClass() {
        return MessageType.messageClass(type);
    }

    /** The transaction id as a value of its own; allocates. */
    public TransactionId transactionId() {
        return TransactionId.of(buffer, offset + TRANSACTION_ID_OFFSET);
    }

    /** The number of attributes on the wire, also those that {@link #indexOf(int)} does not see. */
    public int attributeCount() {
        return count;
    }

    /** The type of the attribute at {@code index}, 0 to {@link #attributeCount} - 1. */
    public int attributeType(int index) {
        return types[index];
    }

    /** The absolute index in {@link #buffer} of the attribute's first value byte. */
    public int valueOffset(int index) {
        return valueOffsets[index];
    }

    /** The length of the attribute's value without its padding. */
    public int valueLength(int index) {
        return valueLengths[index];
    }

    /** The index of the first attribute of this type that counts, or -1; see {@link #indexOf(int, int)}. */
    public int indexOf(int attributeType) {
        return indexOf(attributeType, 0);
    }

    /**
     * The index of the first attribute of this type that counts, at {@code fromIndex} or after it, or -1.
     *
     * <p>What follows MESSAGE-INTEGRITY does not count, except for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT (RFC 8489
     * section 14.5); what follows MESSAGE-INTEGRITY-SHA256 does not count, except for FINGERPRINT (section 14.6).
     */
    public int indexOf(int attributeType, int fromIndex) {
        for (int i = fromIndex; i < count; i++) {
            if (types[i] == attributeType && counts(i)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether {@link #indexOf(int)} finds an attribute of this type. */
    public boolean has(int attributeType) {
        return indexOf(attributeType, 0) >= 0;
    }

    private boolean counts(int index) {
        if (index < unprotectedFrom || types[index] == AttributeType.FINGERPRINT) {
            return true;
        }
        return types[index] == AttributeType.MESSAGE_INTEGRITY_SHA256
                && types[unprotectedFrom - 1] == AttributeType.MESSAGE_INTEGRITY
                && indexOfRaw(AttributeType.MESSAGE_INTEGRITY_SHA256) == index;
    }

    private int indexOfRaw(int attributeType) {
        for (int i = 0; i < count; i++) {
            if (types[i] == attributeType) {
                return i;
            }
        }
        return -1;
    }

    /** The value of a one-byte attribute, 0 to 255, or -1 if it is not one byte long. */
    public int u8(int index) {
        return valueLengths[index] == Byte.BYTES ? buffer.get(valueOffsets[index]) & 0xFF : -1;
    }

    /** The value of a two-byte attribute, 0 to 65535, or -1 if it is not two bytes long. */
    public int u16(int index) {
        return valueLengths[index] == Short.BYTES ? buffer.getShort(valueOffsets[index]) & 0xFFFF : -1;
    }

    /** The value of a four-byte attribute, 0 to 2^32 - 1, or -1 if it is not four bytes long. */
    public long u32(int index) {
        return valueLengths[index] == Integer.BYTES ? Integer.toUnsignedLong(buffer.getInt(valueOffsets[index])) : -1;
    }

    /** The value of an attribute whose {@link #valueLength} is 8, as 64 bits; 0 for any other length. */
    public long u64(int index) {
        return valueLengths[index] == Long.BYTES ? buffer.getLong(valueOffsets[index]) : 0;
    }

    /** The code in an ERROR-CODE, 300 to 699, or -1 if it is malformed (RFC 8489 section 14.8). */
    public int errorCode(int index) {
        return ErrorCodeValue.read(buffer, valueOffsets[index], valueLengths[index]);
    }

    /** The address in an attribute of MAPPED-ADDRESS's form (RFC 8489 section 14.1), or null if it is malformed. */
    public @Nullable TransportAddress address(int index) {
        return AddressValue.read(buffer, valueOffsets[index], valueLengths[index]);
    }

    /** The address in an attribute of XOR-MAPPED-ADDRESS's form (RFC 8489 section 14.2), or null if it is malformed. */
    public @Nullable TransportAddress xorAddress(int index) {
        return AddressValue.readXor(buffer, valueOffsets[index], valueLengths[index], offset);
    }

    /** The value as text, or null if it is not UTF-8. */
    public @Nullable String text(int index) {
        return utf8.decode(slice(index));
    }

    /** The value's bytes as a buffer that shares memory with {@link #buffer} and is valid as long. */
    public ByteBuffer slice(int index) {
        return buffer.slice(valueOffsets[index], valueLengths[index]);
    }

    /**
     * The types of attributes that count, must be understood, and are not {@code known}: what a 420 lists (RFC 8489
     * section 6.3.1), each once, in their order on the wire.
     */
    public List<Integer> unknownRequired(IntPredicate known) {
        List<Integer> unknown = List.of();
        for (int i = 0; i < count; i++) {
            int attributeType = types[i];
            if (AttributeType.isComprehensionRequired(attributeType) && counts(i) && !known.test(attributeType)) {
                unknown = unknown.isEmpty() ? new ArrayList<>() : unknown;
                if (!unknown.contains(attributeType)) {
                    unknown.add(attributeType);
                }
            }
        }
        return unknown;
    }
}
