package dev.postern.stun;

/**
 * What a packet is by its first byte: protocols that share a port are told apart by RFC 7983 section 7.
 *
 * <p>The first byte alone decides which decoder may look; it proves nothing about the rest.
 */
public enum Demux {
    /** 0 to 3: STUN, TURN control messages and ICE checks. */
    STUN,
    /** 16 to 19: ZRTP. */
    ZRTP,
    /** 20 to 63: DTLS. */
    DTLS,
    /** 64 to 79: TURN ChannelData. */
    CHANNEL_DATA,
    /** 128 to 191: RTP and RTCP. */
    RTP,
    /** Any other first byte. */
    UNKNOWN;

    /** The protocol of a packet whose first byte is {@code first}. */
    public static Demux of(byte first) {
        int value = first & 0xFF;
        if (value < 4) {
            return STUN;
        }
        if (value < 64) {
            return value < 16 ? UNKNOWN : value < 20 ? ZRTP : DTLS;
        }
        if (value < 80) {
            return CHANNEL_DATA;
        }
        return value >= 128 && value < 192 ? RTP : UNKNOWN;
    }
}
