package dev.postern.stun;

/** What a STUN message is for: the two class bits of its type (RFC 8489 section 5). */
public enum MessageClass {
    REQUEST(0b00),
    INDICATION(0b01),
    SUCCESS_RESPONSE(0b10),
    ERROR_RESPONSE(0b11);

    private static final MessageClass[] BY_BITS = values();

    private final int bits;

    MessageClass(int bits) {
        this.bits = bits;
    }

    /** The two bits C1 and C0, 0 to 3. */
    int bits() {
        return bits;
    }

    static MessageClass ofBits(int bits) {
        return BY_BITS[bits];
    }
}
