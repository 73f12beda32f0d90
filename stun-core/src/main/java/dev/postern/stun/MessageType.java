package dev.postern.stun;

/**
 * The first two bytes of a STUN message (RFC 8489 section 5, figure 3): 12 bits of method and 2 of class, interleaved.
 *
 * <pre>
 *                 0                 1
 *                 2  3  4 5 6 7 8 9 0 1 2 3 4 5
 *                +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
 *                |M |M |M|M|M|C|M|M|M|C|M|M|M|M|
 *                |11|10|9|8|7|1|6|5|4|0|3|2|1|0|
 *                +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class MessageType {

    private MessageType() {}

    static int of(MessageClass messageClass, int methodCode) {
        int classBits = messageClass.bits();
        return (methodCode & 0x000F)
                | (methodCode & 0x0070) << 1
                | (methodCode & 0x0F80) << 2
                | (classBits & 0b01) << 4
                | (classBits & 0b10) << 7;
    }

    static int methodCode(int type) {
        return (type & 0x000F) | (type >>> 1 & 0x0070) | (type >>> 2 & 0x0F80);
    }

    static MessageClass messageClass(int type) {
        return MessageClass.ofBits((type >>> 4 & 0b01) | (type >>> 7 & 0b10));
    }
}
