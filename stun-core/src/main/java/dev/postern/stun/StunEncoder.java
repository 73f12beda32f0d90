package dev.postern.stun;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes one STUN message after another into buffers of its caller, attribute by attribute, in the order of the calls:
 *
 * <pre>{@code
 * encoder.respond(out, request, MessageClass.SUCCESS_RESPONSE)
 *         .xorAddress(AttributeType.XOR_MAPPED_ADDRESS, path.client())
 *         .fingerprint()
 *         .finish();
 * }</pre>
 *
 * <p>Every byte between the message's start and its end is written, padding as zero: no old memory of the buffer leaves
 * with the message. The buffer is big-endian and belongs to the encoder until {@link #finish}. Reused by one owner
 * thread.
 *
 * <p>A buffer that is too small, or a value of more than {@value #MAX_VALUE_BYTES} bytes, is a mistake of the caller
 * and throws; nothing that came from the network is judged here.
 */
public final class StunEncoder {

    /** The longest value that the 16 bits of an attribute's length can name. */
    public static final int MAX_VALUE_BYTES = 0xFFFF;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final CRC32 crc = new CRC32();
    private ByteBuffer buffer = NOTHING;
    private int start;

    /** Starts a message at the buffer's position; room is what is left up to its limit. */
    public StunEncoder begin(ByteBuffer out, MessageClass messageClass, Method method, TransactionId id) {
        return begin(out, messageClass, method.code(), id);
    }

    /** The same for a method that may be none of ours, 0 to {@link Method#MAX_CODE}. */
    public StunEncoder begin(ByteBuffer out, MessageClass messageClass, int methodCode, TransactionId id) {
        beginHeader(out, MessageType.of(messageClass, methodCode));
        id.put(out);
        return this;
    }

    /**
     * Starts the answer to a request: its method and transaction id (RFC 8489 section 6.3.1). {@code out} is not the
     * buffer that the request lies in.
     */
    public StunEncoder respond(ByteBuffer out, StunMessage request, MessageClass messageClass) {
        beginHeader(out, MessageType.of(messageClass, request.methodCode()));
        int id = request.offset() + StunMessage.TRANSACTION_ID_OFFSET;
        out.putInt(request.buffer().getInt(id)).putLong(request.buffer().getLong(id + Integer.BYTES));
        return this;
    }

    private void beginHeader(ByteBuffer out, int type) {
        if (out.remaining() < StunMessage.HEADER_BYTES) {
            throw new BufferOverflowException();
        }
        buffer = out;
        start = out.position();
        out.putShort((short) type).putShort((short) 0).putInt(StunMessage.MAGIC_COOKIE);
    }

    /** Appends an attribute without a value, such as DONT-FRAGMENT. */
    public StunEncoder flag(int type) {
        reserve(type, 0);
        return this;
    }

    public StunEncoder u8(int type, int value) {
        buffer.put(reserve(type, Byte.BYTES), (byte) value);
        return this;
    }

    public StunEncoder u16(int type, int value) {
        buffer.putShort(reserve(type, Short.BYTES), (short) value);
        return this;
    }

    public StunEncoder u32(int type, long value) {
        buffer.putInt(reserve(type, Integer.BYTES), (int) value);
        return this;
    }

    public StunEncoder u64(int type, long value) {
        buffer.putLong(reserve(type, Long.BYTES), value);
        return this;
    }

    public StunEncoder bytes(int type, byte[] value) {
        buffer.put(reserve(type, value.length), value);
        return this;
    }

    /** Appends the bytes between the position and the limit of {@code value}, which do not move. */
    public StunEncoder bytes(int type, ByteBuffer value) {
        buffer.put(reserve(type, value.remaining()), value, value.position(), value.remaining());
        return this;
    }

    /** Appends text as UTF-8. */
    public StunEncoder text(int type, String value) {
        return bytes(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends an address in the form of MAPPED-ADDRESS (RFC 8489 section 14.1). */
    public StunEncoder address(int type, TransportAddress value) {
        AddressValue.put(buffer, reserve(type, AddressValue.sizeBytes(value)), value);
        return this;
    }

    /** Appends an address in the form of XOR-MAPPED-ADDRESS (RFC 8489 section 14.2). */
    public StunEncoder xorAddress(int type, TransportAddress value) {
        AddressValue.putXor(buffer, reserve(type, AddressValue.sizeBytes(value)), value, start);
        return this;
    }

    /** Appends ERROR-CODE with the reason phrase of the RFC. */
    public StunEncoder errorCode(ErrorCode error) {
        return errorCode(error, error.reason());
    }

    /** Appends ERROR-CODE with a reason phrase of the caller's, which may be empty. */
    public StunEncoder errorCode(ErrorCode error, String reason) {
        byte[] phrase = reason.getBytes(StandardCharsets.UTF_8);
        int at = reserve(AttributeType.ERROR_CODE, ErrorCodeValue.FIXED_BYTES + phrase.length);
        buffer.putInt(at, ErrorCodeValue.word(error.code()));
        buffer.put(at + ErrorCodeValue.FIXED_BYTES, phrase);
        return this;
    }

    /** Appends UNKNOWN-ATTRIBUTES (RFC 8489 section 14.13). */
    public StunEncoder unknownAttributes(List<Integer> types) {
        int at = reserve(AttributeType.UNKNOWN_ATTRIBUTES, types.size() * Short.BYTES);
        for (int i = 0; i < types.size(); i++) {
            buffer.putShort(at + i * Short.BYTES, types.get(i).shortValue());
        }
        return this;
    }

    /** Appends FINGERPRINT over all that was written; nothing may follow it (RFC 8489 section 14.7). */
    public StunEncoder fingerprint() {
        int at = reserve(AttributeType.FINGERPRINT, Integer.BYTES);
        putLength(buffer.position());
        int covered = at - StunMessage.ATTRIBUTE_HEADER_BYTES - start;
        buffer.putInt(at, Fingerprint.compute(crc, buffer, start, covered));
        return this;
    }

    /**
     * Appends an attribute whose value is for the caller to write, and moves past it. The value and its padding are
     * zero until then.
     *
     * @return the absolute index of the value's first byte
     */
    public int reserve(int type, int valueBytes) {
        int paddedBytes = StunMessage.padded(valueBytes);
        if (valueBytes < 0 || valueBytes > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("a value has 0 to " + MAX_VALUE_BYTES + " bytes, not " + valueBytes);
        }
        if (buffer.remaining() < StunMessage.ATTRIBUTE_HEADER_BYTES + paddedBytes) {
            throw new BufferOverflowException();
        }
        buffer.putShort((short) type).putShort((short) valueBytes);
        int at = buffer.position();
        zero(at, paddedBytes);
        buffer.position(at + paddedBytes);
        return at;
    }

    private void zero(int from, int bytes) {
        for (int i = 0; i < bytes; i += Integer.BYTES) {
            buffer.putInt(from + i, 0);
        }
    }

    /** The buffer that is being written, for one that signs what is there so far. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** The absolute index of the message's first byte. */
    public int start() {
        return start;
    }

    /** The bytes that are left for more attributes. */
    public int remaining() {
        return buffer.remaining();
    }

    /**
     * Ends the message: writes its length and sets the buffer's position to its first byte and the limit behind its
     * last.
     *
     * @return the buffer
     */
    public ByteBuffer finish() {
        ByteBuffer finished = buffer;
        putLength(finished.position());
        finished.limit(finished.position()).position(start);
        buffer = NOTHING;
        return finished;
    }

    /** Writes into the header the length of a message that ends before the absolute index {@code end}. */
    private void putLength(int end) {
        int length = end - start - StunMessage.HEADER_BYTES;
        if (length > MAX_VALUE_BYTES) {
            throw new IllegalStateException("a STUN message ends at " + MAX_VALUE_BYTES + " bytes, not " + length);
        }
        buffer.putShort(start + StunMessage.LENGTH_OFFSET, (short) length);
    }
}
