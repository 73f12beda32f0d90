package dev.postern.stun;

import java.nio.ByteBuffer;

/**
 * The ChannelData message of TURN (RFC 8656 section 12.4): four bytes in front of the application's data.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |         Channel Number        |            Length             |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                                                               |
 * /                       Application Data                        /
 * /                                                               /
 * |                                                               |
 * |                               +-------------------------------+
 * |                               |
 * +-------------------------------+
 * </pre>
 *
 * <p>The length counts the data alone. Over a stream each message is padded to a multiple of 4, the padding not
 * counted; over UDP bytes behind the data are allowed and ignored (section 12.5). All methods read from the buffer's
 * position by absolute index and make no garbage.
 */
public final class ChannelData {

    /** The size of the header: channel number and length. */
    public static final int HEADER_BYTES = 4;

    /** The lowest channel number. */
    public static final int MIN_NUMBER = 0x4000;

    /** The highest channel number that RFC 8656 section 12 allows; RFC 5766 went up to 0x7FFF. */
    public static final int MAX_NUMBER = 0x4FFF;

    /** The highest channel number that RFC 5766 section 11 allowed, and that clients of its time use. */
    public static final int MAX_RFC_5766_NUMBER = 0x7FFF;

    /** The most data that one message carries. */
    public static final int MAX_PAYLOAD_BYTES = 0xFFFF;

    private static final int LENGTH_OFFSET = 2;

    private ChannelData() {}

    /**
     * Whether this first byte is one of a channel number, those of RFC 5766 among them: what a stream must frame as ChannelData to
     * find the message behind it, whether or not the number is taken.
     */
    public static boolean isFramedAs(byte first) {
        return first >= MIN_NUMBER >>> Byte.SIZE; // 0x40 to 0x7F, the positive bytes from there on
    }

    /** Whether this is a number that a channel may have. */
    public static boolean isValidNumber(int number) {
        return number >= MIN_NUMBER && number <= MAX_NUMBER;
    }

    /**
     * Whether the buffer starts with a whole message: a header, a valid number, and as much data as the header says.
     */
    public static boolean isWellFormed(ByteBuffer message) {
        return isComplete(message) && isValidNumber(number(message));
    }

    /** Whether the buffer holds a header, and as much data as it says. */
    public static boolean isComplete(ByteBuffer message) {
        return message.remaining() >= HEADER_BYTES && payloadLength(message) <= message.remaining() - HEADER_BYTES;
    }

    /** The channel number of a message of at least {@link #HEADER_BYTES} bytes, 0 to 65535. */
    public static int number(ByteBuffer message) {
        return message.getShort(message.position()) & 0xFFFF;
    }

    /** The length of the data as the header says, of a message of at least {@link #HEADER_BYTES} bytes. */
    public static int payloadLength(ByteBuffer message) {
        return message.getShort(message.position() + LENGTH_OFFSET) & 0xFFFF;
    }

    /** Writes a header at the absolute index {@code offset}. */
    public static void putHeader(ByteBuffer buffer, int offset, int number, int payloadBytes) {
        buffer.putInt(offset, number << 16 | payloadBytes);
    }

    /** The size on a stream of a message with so much data: header, data and padding (RFC 8656 section 12.5). */
    public static int streamBytes(int payloadBytes) {
        return HEADER_BYTES + StunMessage.padded(payloadBytes);
    }
}
