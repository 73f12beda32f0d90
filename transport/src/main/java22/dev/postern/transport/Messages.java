package dev.postern.transport;

/** Where the fields of the structures of batch calls lie: {@code struct mmsghdr}, {@code iovec} and {@code cmsghdr} of 64-bit Linux. */
final class Messages {

    static final int MESSAGE_BYTES = 64;
    static final int NAME = 0;
    static final int NAME_BYTES = 8;
    static final int VECTOR = 16;
    static final int VECTOR_LENGTH = 24;
    static final int CONTROL = 32;
    static final int CONTROL_BYTES = 40;
    static final int RECEIVED_BYTES = 56;

    static final int SLICE_BYTES = 16;
    static final int SLICE_LENGTH = 8;

    static final int CONTROL_LENGTH = 0;
    static final int CONTROL_LEVEL = 8;
    static final int CONTROL_TYPE = 12;
    static final int CONTROL_VALUE = 16;

    /** Level and type of the control message that carries the size of segments. */
    static final int SOL_UDP = 17;

    static final int UDP_SEGMENT = 103;
    static final int UDP_GRO = 104;

    private Messages() {}

    /** Whether a control message begins at an address, where all of them end at another. */
    static boolean isControl(long at, long end) {
        return at + CONTROL_VALUE <= end && Native.getLong(at + CONTROL_LENGTH) >= CONTROL_VALUE;
    }

    /** Where the control message behind the one at this address begins, if there is one. */
    static long nextControl(long at) {
        return at + ((Native.getLong(at + CONTROL_LENGTH) + 7) & ~7L);
    }
}
