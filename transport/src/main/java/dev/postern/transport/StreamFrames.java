package dev.postern.transport;

import dev.postern.stun.ChannelData;
import java.nio.ByteBuffer;

/** What the transport must know of a message to carry it: by its first bytes, between position and limit. */
final class StreamFrames {

    /** A Data indication's first two bytes (RFC 8656 section 18: method 0x007, class indication). */
    private static final int DATA_INDICATION = 0x0017;

    /** A ConnectionBind request's first two bytes (RFC 6062 section 6.1: method 0x00B, class request). */
    private static final int CONNECTION_BIND = 0x000B;

    private StreamFrames() {}

    /** Whether it is ChannelData, which is padded on a stream. */
    static boolean isChannelData(ByteBuffer data) {
        return data.hasRemaining() && ChannelData.isFramedAs(data.get(data.position()));
    }

    /** Whether it is a peer's data, which a client that does not read loses first. */
    static boolean isDroppable(ByteBuffer data) {
        return isChannelData(data) || isOfType(data, DATA_INDICATION);
    }

    /** Whether it is a request after whose success the stream's bytes are no messages. */
    static boolean isConnectionBind(ByteBuffer data) {
        return isOfType(data, CONNECTION_BIND);
    }

    private static boolean isOfType(ByteBuffer data, int type) {
        return data.remaining() >= Short.BYTES && data.getShort(data.position()) == type;
    }
}
