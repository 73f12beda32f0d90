package dev.postern.stun;

import java.nio.ByteBuffer;

/**
 * The fixed part of ERROR-CODE's value (RFC 8489 section 14.8).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |           Reserved, should be 0         |Class|     Number    |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |      Reason Phrase (variable)                                ..
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class ErrorCodeValue {

    static final int FIXED_BYTES = 4;

    private ErrorCodeValue() {}

    /** The class and the number as one number, or -1 if class is not 3 to 6 or number not 0 to 99. */
    static int read(ByteBuffer buffer, int offset, int length) {
        if (length < FIXED_BYTES) {
            return -1;
        }
        int word = buffer.getInt(offset);
        int hundreds = word >>> 8 & 7;
        int number = word & 0xFF;
        return hundreds < 3 || hundreds > 6 || number > 99 ? -1 : hundreds * 100 + number;
    }

    /** The 32 bits in front of the reason phrase. */
    static int word(int code) {
        return (code / 100) << 8 | code % 100;
    }
}
