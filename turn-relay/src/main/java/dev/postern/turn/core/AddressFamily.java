package dev.postern.turn.core;

import dev.postern.stun.StunMessage;

/**
 * The value of REQUESTED- and ADDITIONAL-ADDRESS-FAMILY (RFC 8656 sections 18.6 and 18.11): a family in the first byte, three
 * reserved bytes that are ignored.
 */
final class AddressFamily {

    static final int IPV4 = 0x01;
    static final int IPV6 = 0x02;

    /** What {@link #of} answers for a value that is not four bytes long. */
    static final int MALFORMED = -1;

    private static final int FAMILY_SHIFT = 24;

    private AddressFamily() {}

    /** The family in the attribute at {@code index}, 0 to 255, or {@link #MALFORMED}. */
    static int of(StunMessage message, int index) {
        long value = message.u32(index);
        return value < 0 ? MALFORMED : (int) (value >>> FAMILY_SHIFT);
    }
}
