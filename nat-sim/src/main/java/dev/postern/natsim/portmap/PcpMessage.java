package dev.postern.natsim.portmap;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A PCP request or response (RFC 6887 section 7), with the data of MAP where it is one (section 11.1).
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |  Version = 2  |R|   Opcode    |   Reserved    |  Result Code  |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |                      Lifetime (32 bits)                       |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *   |  Client's IP Address (128 bits), or in a response Epoch Time  |
 *   |  (32 bits) and 96 reserved bits                               |
 *   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 *
 * @param response the R bit
 * @param opcode 0 to 127; see the constants
 * @param result 0 to 255; 0 in a request
 * @param lifetimeSeconds 0 to 2^32 - 1
 * @param epochSeconds of a response, 0 to 2^32 - 1; 0 in a request
 * @param client of a request; null in a response
 * @param map what a MAP asks for or grants; null for other opcodes, and where a refusal leaves it out
 * @param mandatoryOption whether an option follows that must be understood; none is known here
 */
public record PcpMessage(
        boolean response,
        int opcode,
        int result,
        long lifetimeSeconds,
        long epochSeconds,
        @Nullable IpAddress client,
        @Nullable PcpMap map,
        boolean mandatoryOption) {

    public static final int ANNOUNCE = 0;
    public static final int MAP = 1;

    public static final int SUCCESS = 0;
    public static final int UNSUPP_VERSION = 1;
    public static final int NOT_AUTHORIZED = 2;
    public static final int MALFORMED_REQUEST = 3;
    public static final int UNSUPP_OPCODE = 4;
    public static final int UNSUPP_OPTION = 5;
    public static final int NO_RESOURCES = 8;
    public static final int UNSUPP_PROTOCOL = 9;
    public static final int ADDRESS_MISMATCH = 12;

    /** The longest message (section 7). */
    public static final int MAX_BYTES = 1100;

    private static final int VERSION = 2;
    private static final int RESPONSE = 0x80;
    private static final int HEAD_BYTES = 24;
    private static final int ALIGNMENT = 4;
    private static final int OPTION_HEAD_BYTES = 4;
    private static final int FIRST_OPTIONAL = 128;
    private static final int U16 = 0xFFFF;

    /** Asks whether there is a server, and changes nothing (section 14.1). */
    public static PcpMessage announce(IpAddress client) {
        return new PcpMessage(false, ANNOUNCE, 0, 0, 0, client, null, false);
    }

    /** Asks for a mapping; a lifetime of 0 deletes it. */
    public static PcpMessage map(IpAddress client, PcpMap map, long lifetimeSeconds) {
        return new PcpMessage(false, MAP, 0, lifetimeSeconds, 0, client, map, false);
    }

    /** The answer to this request. */
    public PcpMessage answer(int withResult, long lifetime, long epoch, @Nullable PcpMap granted) {
        return new PcpMessage(true, opcode, withResult, lifetime, epoch, null, granted, false);
    }

    /** Whether bytes have the version of this protocol; what a client of another one sends does not. */
    public static boolean hasVersion(ByteBuffer message) {
        return message.hasRemaining() && message.get(message.position()) == VERSION;
    }

    /** What is answered to a request of another version (section 9). */
    public static ByteBuffer unsupportedVersion(long epochSeconds) {
        return new PcpMessage(true, ANNOUNCE, UNSUPP_VERSION, 0, epochSeconds, null, null, false).encode();
    }

    /** The message between position and limit, which stay; null if there is none. */
    public static @Nullable PcpMessage decode(ByteBuffer message) {
        ByteBuffer in = message.duplicate();
        int bytes = in.remaining();
        if (bytes < HEAD_BYTES || bytes > MAX_BYTES || bytes % ALIGNMENT != 0 || in.get() != VERSION) {
            return null;
        }
        int head = in.get() & 0xFF;
        boolean response = head >= RESPONSE;
        int opcode = head & ~RESPONSE;
        int result = in.getShort() & 0xFF;
        long lifetime = Integer.toUnsignedLong(in.getInt());
        long epoch = 0;
        IpAddress client = null;
        if (response) {
            epoch = Integer.toUnsignedLong(in.getInt());
            in.getInt();
            in.getLong();
        } else {
            client = PcpMap.address(in);
        }
        PcpMap map = null;
        if (opcode == MAP) {
            if (in.remaining() >= PcpMap.BYTES) {
                map = PcpMap.decode(in);
            } else if (!response || result == SUCCESS) {
                return null;
            }
        }
        boolean known = opcode == MAP || opcode == ANNOUNCE;
        return new PcpMessage(
                response, opcode, response ? result : 0, lifetime, epoch, client, map, known && hasMandatoryOption(in));
    }

    /** Whether an option that is not known here, of those that must be, stands in what is left; a cut one counts. */
    private static boolean hasMandatoryOption(ByteBuffer in) {
        while (in.remaining() >= OPTION_HEAD_BYTES) {
            int code = in.get() & 0xFF;
            in.get();
            int length = in.getShort() & U16;
            int padded = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            if (code < FIRST_OPTIONAL || padded > in.remaining()) {
                return true;
            }
            in.position(in.position() + padded);
        }
        return false;
    }

    /** The message as bytes without options, ready to send. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + PcpMap.BYTES);
        out.put((byte) VERSION)
                .put((byte) (opcode | (response ? RESPONSE : 0)))
                .putShort((short) result)
                .putInt((int) lifetimeSeconds);
        if (client == null) {
            out.putInt((int) epochSeconds).putInt(0).putLong(0);
        } else {
            PcpMap.put(out, client);
        }
        if (map != null) {
            map.encode(out);
        }
        return out.flip();
    }
}
