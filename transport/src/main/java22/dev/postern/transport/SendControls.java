package dev.postern.transport;

import java.lang.foreign.Arena;

/**
 * The control messages of a batch that is sent: into datagrams of which size a message is taken apart (UDP_SEGMENT), and the traffic
 * class of its packets.
 *
 * <p>Owner: one shard's thread.
 */
final class SendControls {

    private static final int ONE_LENGTH = Messages.CONTROL_VALUE + Integer.BYTES;
    private static final int SEGMENT_LENGTH = Messages.CONTROL_VALUE + Short.BYTES;
    private static final int ONE_BYTES = 24;
    private static final int STRIDE = 64;

    private final long controls;

    /** Control messages for so many messages. */
    SendControls(Arena arena, int messages) {
        this.controls = arena.allocate((long) messages * STRIDE, 64).address();
        for (int i = 0; i < messages; i++) {
            long segment = controls + (long) i * STRIDE;
            Native.putLong(segment + Messages.CONTROL_LENGTH, SEGMENT_LENGTH);
            Native.putInt(segment + Messages.CONTROL_LEVEL, Messages.SOL_UDP);
            Native.putInt(segment + Messages.CONTROL_TYPE, Messages.UDP_SEGMENT);
            Native.putLong(segment + ONE_BYTES + Messages.CONTROL_LENGTH, ONE_LENGTH);
        }
    }

    /**
     * Gives a message its controls.
     *
     * @param message where its header lies
     * @param segmentBytes the size of its datagrams; 0 if it is one
     * @param trafficClass 0 to 255
     * @param ipv4 whether its packets are IPv4's, also where the socket is not
     */
    void write(long message, int index, int segmentBytes, int trafficClass, boolean ipv4) {
        long segment = controls + (long) index * STRIDE;
        long first = segmentBytes > 0 ? segment : segment + ONE_BYTES;
        int bytes = 0;
        if (segmentBytes > 0) {
            Native.putShort(segment + Messages.CONTROL_VALUE, segmentBytes);
            bytes = ONE_BYTES;
        }
        if (trafficClass != 0) {
            long at = segment + ONE_BYTES;
            Native.putInt(at + Messages.CONTROL_LEVEL, ipv4 ? HeaderOptions.SOL_IP : HeaderOptions.SOL_IPV6);
            Native.putInt(at + Messages.CONTROL_TYPE, ipv4 ? HeaderOptions.IP_TOS : HeaderOptions.IPV6_TCLASS);
            Native.putInt(at + Messages.CONTROL_VALUE, trafficClass);
            bytes += ONE_BYTES;
        }
        Native.putLong(message + Messages.CONTROL, first);
        Native.putLong(message + Messages.CONTROL_BYTES, bytes);
    }
}
