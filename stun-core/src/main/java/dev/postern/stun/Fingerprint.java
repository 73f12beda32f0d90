package dev.postern.stun;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * FINGERPRINT (RFC 8489 section 14.7): the CRC-32 of the message up to the attribute, XORed so that it is not the CRC
 * of another protocol. It tells STUN from what looks like it; it is no proof of who sent it.
 */
public final class Fingerprint {

    private static final int XOR = 0x5354554E;

    private Fingerprint() {}

    /** Whether the message ends with a FINGERPRINT that is right. */
    public static boolean matches(StunMessage message) {
        int last = message.attributeCount() - 1;
        if (last < 0 || message.attributeType(last) != AttributeType.FINGERPRINT) {
            return false;
        }
        long value = message.u32(last);
        int covered = message.valueOffset(last) - StunMessage.ATTRIBUTE_HEADER_BYTES - message.offset();
        return value >= 0 && (int) value == compute(new CRC32(), message.buffer(), message.offset(), covered);
    }

    /** Whether the message carries a FINGERPRINT that is wrong, or not last: such a message is dropped. */
    public static boolean isBroken(StunMessage message) {
        return message.has(AttributeType.FINGERPRINT) && !matches(message);
    }

    /** The value over {@code bytes} bytes from the absolute index {@code from}; the buffer's position does not move. */
    static int compute(CRC32 crc, ByteBuffer buffer, int from, int bytes) {
        crc.reset();
        crc.update(buffer.slice(from, bytes));
        return (int) crc.getValue() ^ XOR;
    }
}
