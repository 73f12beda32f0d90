package dev.postern.turn.core;

/**
 * The value of the ICMP attribute (RFC 8656 section 18.13).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |  Reserved                     |  ICMP Type  |  ICMP Code      |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                          Error Data                           |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class IcmpError {

    /** Of how many one allocation's client is told in a second, in the long run. A host tells of a few itself: Linux of one a second. */
    static final int MOST_PER_SECOND = 10;

    /** What comes at once after a rest is that of so many seconds. */
    static final int BURST_SECONDS = 2;

    private static final int V4_UNREACHABLE = 3;
    private static final int V4_FRAGMENTATION_NEEDED = 4; // a code of the type above
    private static final int V4_TIME_EXCEEDED = 11;
    private static final int V6_UNREACHABLE = 1;
    private static final int V6_PACKET_TOO_BIG = 2;
    private static final int V6_TIME_EXCEEDED = 3;

    /** The type has 7 bits and the code 9. */
    private static final int CODE_BITS = 9;

    private IcmpError() {}

    /** Section 11.5: "the type is either 3 or 11 for an ICMPv4 packet or either 1, 2, or 3 for an ICMPv6 packet". */
    static boolean isPassedOn(AddressFamily family, int type) {
        return switch (family) {
            case IPV4 -> type == V4_UNREACHABLE || type == V4_TIME_EXCEEDED;
            case IPV6 -> type == V6_UNREACHABLE || type == V6_PACKET_TOO_BIG || type == V6_TIME_EXCEEDED;
        };
    }

    /** The eight bytes; {@code data} counts only where it is an MTU, and is zero for all else. */
    static long value(AddressFamily family, int type, int code, int data) {
        boolean tooBig = family == AddressFamily.IPV4
                ? type == V4_UNREACHABLE && code == V4_FRAGMENTATION_NEEDED
                : type == V6_PACKET_TOO_BIG;
        long head = ((long) type << CODE_BITS) | (code & 0xFF);
        return (head << Integer.SIZE) | (tooBig ? Integer.toUnsignedLong(data) : 0);
    }
}
