package dev.postern.natsim.portmap;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A NAT-PMP request (RFC 6886 sections 3.2 and 3.3).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   | Vers = 0      | OP = x        | Reserved                      |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   | Internal Port                 | Suggested External Port       |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   | Requested Port Mapping Lifetime in Seconds                    |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * <p>With operation 0 it ends after the second byte.
 *
 * @param operation 0 to 127; see the constants
 * @param internalPort 0 to 65535; with a lifetime of 0, 0 stands for all of the host's ports
 * @param externalPort the port that is wished for, 0 to 65535
 * @param lifetimeSeconds 0 to 2^32 - 1; 0 deletes
 */
public record NatPmpRequest(int operation, int internalPort, int externalPort, long lifetimeSeconds) {

    /** Asks for the external address. */
    public static final int EXTERNAL_ADDRESS = 0;
    /** Asks for a UDP port. */
    public static final int MAP_UDP = 1;
    /** Asks for a TCP port. */
    public static final int MAP_TCP = 2;

    static final int VERSION = 0;
    static final int RESPONSE = 0x80;

    private static final int SHORT_BYTES = 2;
    private static final int LONG_BYTES = 12;
    private static final int U16 = 0xFFFF;

    /** Asks for the external address. */
    public static NatPmpRequest externalAddress() {
        return new NatPmpRequest(EXTERNAL_ADDRESS, 0, 0, 0);
    }

    /** Asks for a UDP port, or with a lifetime of 0 that it be given up. */
    public static NatPmpRequest mapUdp(int internalPort, int externalPort, long lifetimeSeconds) {
        return new NatPmpRequest(MAP_UDP, internalPort, externalPort, lifetimeSeconds);
    }

    /** The request between position and limit, which stay; null if there is none. One of an unknown operation has no ports. */
    public static @Nullable NatPmpRequest decode(ByteBuffer message) {
        ByteBuffer in = message.duplicate();
        if (in.remaining() < SHORT_BYTES || in.get() != VERSION) {
            return null;
        }
        int operation = in.get() & 0xFF;
        if (operation >= RESPONSE) {
            return null;
        }
        if (operation != MAP_UDP && operation != MAP_TCP) {
            return new NatPmpRequest(operation, 0, 0, 0);
        }
        if (message.remaining() < LONG_BYTES) {
            return null;
        }
        in.getShort();
        return new NatPmpRequest(
                operation, in.getShort() & U16, in.getShort() & U16, Integer.toUnsignedLong(in.getInt()));
    }

    /** The request as bytes, ready to send. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(LONG_BYTES);
        out.put((byte) VERSION).put((byte) operation);
        if (operation == MAP_UDP || operation == MAP_TCP) {
            out.putShort((short) 0)
                    .putShort((short) internalPort)
                    .putShort((short) externalPort)
                    .putInt((int) lifetimeSeconds);
        }
        return out.flip();
    }
}
