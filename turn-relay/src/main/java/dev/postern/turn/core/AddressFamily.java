package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.StunMessage;
import org.jspecify.annotations.Nullable;

/**
 * A family of relayed addresses, and how REQUESTED- and ADDITIONAL-ADDRESS-FAMILY (RFC 8656 sections 18.6 and 18.11) name it: a
 * code in the first byte, three reserved bytes that are ignored.
 */
enum AddressFamily {
    IPV4(0x01),
    IPV6(0x02);

    /** What {@link #codeIn} answers for a value that is not four bytes long. */
    static final int MALFORMED = -1;

    private static final int FAMILY_SHIFT = 24;

    private final int code;

    AddressFamily(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    int code() {
        return code;
    }

    static AddressFamily of(IpAddress address) {
        return address.isIpv4() ? IPV4 : IPV6;
    }

    /** The family with this number, or null if there is none. */
    static @Nullable AddressFamily fromCode(int code) {
        return code == IPV4.code ? IPV4 : code == IPV6.code ? IPV6 : null;
    }

    /** The number in the attribute at {@code index}, 0 to 255, or {@link #MALFORMED}. */
    static int codeIn(StunMessage message, int index) {
        long value = message.u32(index);
        return value < 0 ? MALFORMED : (int) (value >>> FAMILY_SHIFT);
    }
}
