package dev.postern.stun;

import java.nio.ByteBuffer;

/**
 * Cuts a TCP or TLS stream into STUN and ChannelData messages, which carry their own length (RFC 8489 section 6.2.2,
 * RFC 8656 section 12.5).
 *
 * <p>There is no way to find the next message after a broken one: the connection is closed.
 */
public final class StreamFraming {

    /** More bytes are needed. */
    public static final int NEED_MORE = 0;

    /** What is there is no message, or one that is larger than allowed. */
    public static final int INVALID = -1;

    private static final int STUN_LENGTH_OFFSET = StunMessage.LENGTH_OFFSET;

    private StreamFraming() {}

    /**
     * The size with padding of the message that starts at the buffer's position, if it is there in full; else
     * {@link #NEED_MORE} or {@link #INVALID}, as soon as the bytes tell. The position does not move.
     *
     * @param maxFrameBytes the largest frame, padding included, that is waited for
     */
    public static int frameLength(ByteBuffer readable, int maxFrameBytes) {
        if (!readable.hasRemaining()) {
            return NEED_MORE;
        }
        int size = sizeOf(readable);
        if (size > maxFrameBytes) {
            return INVALID;
        }
        return size <= readable.remaining() ? size : NEED_MORE;
    }

    private static int sizeOf(ByteBuffer readable) {
        byte first = readable.get(readable.position());
        if (ChannelData.isFramedAs(first)) {
            return channelDataBytes(readable);
        }
        return Demux.of(first) == Demux.STUN ? stunBytes(readable) : INVALID;
    }

    private static int stunBytes(ByteBuffer readable) {
        int at = readable.position();
        if (readable.remaining() < ChannelData.HEADER_BYTES) {
            return NEED_MORE;
        }
        int length = readable.getShort(at + STUN_LENGTH_OFFSET) & 0xFFFF;
        if ((length & 3) != 0) {
            return INVALID;
        }
        boolean cookieSeen = readable.remaining() >= StunMessage.TRANSACTION_ID_OFFSET;
        if (cookieSeen && readable.getInt(at + StunMessage.COOKIE_OFFSET) != StunMessage.MAGIC_COOKIE) {
            return INVALID;
        }
        return StunMessage.HEADER_BYTES + length;
    }

    private static int channelDataBytes(ByteBuffer readable) {
        if (readable.remaining() < ChannelData.HEADER_BYTES) {
            return NEED_MORE;
        }
        return ChannelData.streamBytes(ChannelData.payloadLength(readable));
    }
}
