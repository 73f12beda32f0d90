package dev.postern.natsim.portmap;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A NAT-PMP response (RFC 6886 sections 3.2 to 3.5): version, operation + 128, result, seconds since the gateway's start; then the external
 * address, or internal port, external port and lifetime. One with a result other than {@link #SUCCESS} may end after the seconds.
 *
 * @param operation that of the request, 0 to 127
 * @param result 0 to 65535; see the constants
 * @param epochSeconds 0 to 2^32 - 1
 * @param external the external IPv4 address; null but in the answer to {@link NatPmpRequest#EXTERNAL_ADDRESS}
 * @param internalPort 0 to 65535
 * @param externalPort 0 to 65535
 * @param lifetimeSeconds what was granted, 0 to 2^32 - 1
 */
public record NatPmpResponse(
        int operation,
        int result,
        long epochSeconds,
        @Nullable IpAddress external,
        int internalPort,
        int externalPort,
        long lifetimeSeconds) {

    public static final int SUCCESS = 0;
    public static final int UNSUPPORTED_VERSION = 1;
    public static final int REFUSED = 2;
    public static final int NETWORK_FAILURE = 3;
    public static final int OUT_OF_RESOURCES = 4;
    public static final int UNSUPPORTED_OPERATION = 5;

    private static final int HEAD_BYTES = 8;
    private static final int ADDRESS_BYTES = 12;
    private static final int MAPPING_BYTES = 16;
    private static final int U16 = 0xFFFF;

    /** The external address. */
    public static NatPmpResponse address(long epochSeconds, IpAddress external) {
        return new NatPmpResponse(NatPmpRequest.EXTERNAL_ADDRESS, SUCCESS, epochSeconds, external, 0, 0, 0);
    }

    /** What was granted; a lifetime of 0 if it was deleted. */
    public static NatPmpResponse mapping(
            NatPmpRequest request, long epochSeconds, int externalPort, long lifetimeSeconds) {
        return new NatPmpResponse(
                request.operation(),
                SUCCESS,
                epochSeconds,
                null,
                request.internalPort(),
                externalPort,
                lifetimeSeconds);
    }

    /** Why nothing was granted. */
    public static NatPmpResponse refusal(int operation, int result, long epochSeconds) {
        return new NatPmpResponse(operation, result, epochSeconds, null, 0, 0, 0);
    }

    public boolean isSuccess() {
        return result == SUCCESS;
    }

    /** The response between position and limit, which stay; null if there is none, or none that is known here. */
    public static @Nullable NatPmpResponse decode(ByteBuffer message) {
        ByteBuffer in = message.duplicate();
        if (in.remaining() < HEAD_BYTES || in.get() != NatPmpRequest.VERSION) {
            return null;
        }
        int operation = (in.get() & 0xFF) - NatPmpRequest.RESPONSE;
        if (operation < 0) {
            return null;
        }
        int result = in.getShort() & U16;
        long epoch = Integer.toUnsignedLong(in.getInt());
        if (result != SUCCESS) {
            return refusal(operation, result, epoch);
        }
        return switch (operation) {
            case NatPmpRequest.EXTERNAL_ADDRESS ->
                message.remaining() < ADDRESS_BYTES ? null : address(epoch, IpAddress.ofIpv4(in.getInt()));
            case NatPmpRequest.MAP_UDP, NatPmpRequest.MAP_TCP ->
                message.remaining() < MAPPING_BYTES
                        ? null
                        : new NatPmpResponse(
                                operation,
                                result,
                                epoch,
                                null,
                                in.getShort() & U16,
                                in.getShort() & U16,
                                Integer.toUnsignedLong(in.getInt()));
            default -> null;
        };
    }

    /** The response as bytes, ready to send. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(MAPPING_BYTES);
        out.put((byte) NatPmpRequest.VERSION)
                .put((byte) (NatPmpRequest.RESPONSE + operation))
                .putShort((short) result)
                .putInt((int) epochSeconds);
        if (result == SUCCESS) {
            if (external != null) {
                out.putInt(external.ipv4());
            } else {
                out.putShort((short) internalPort)
                        .putShort((short) externalPort)
                        .putInt((int) lifetimeSeconds);
            }
        }
        return out.flip();
    }
}
