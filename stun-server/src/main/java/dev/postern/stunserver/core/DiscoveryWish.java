package dev.postern.stunserver.core;

import dev.postern.stun.AttributeType;
import dev.postern.stun.StunMessage;
import org.jspecify.annotations.Nullable;

/**
 * What a Binding request asks of NAT behaviour discovery (RFC 5780 section 7).
 *
 * @param changes whether it carries CHANGE-REQUEST
 * @param flags the flags in it, {@link Vantage#CHANGE_IP} and {@link Vantage#CHANGE_PORT}; 0 without one
 * @param responsePort the port in RESPONSE-PORT, 1 to 65535; 0 without one
 * @param paddingBytes the length of the response's PADDING; {@link #NO_PADDING} without one in the request
 */
record DiscoveryWish(boolean changes, int flags, int responsePort, int paddingBytes) {

    static final int NO_PADDING = -1;

    /** The most bytes of PADDING in a response: what makes it longer than an Ethernet's MTU. */
    static final int MAX_PADDING_BYTES = 1500;

    private static final DiscoveryWish NOTHING = new DiscoveryWish(false, 0, 0, NO_PADDING);

    /** RFC 5780 section 7.5: 16 bits and two bytes of padding, which some count into the attribute's length. */
    private static final int PADDED_PORT_BYTES = 4;

    /** Whether the type is one of the comprehension-required attributes of RFC 5780 that a request may carry. */
    static boolean isAttribute(int type) {
        return type == AttributeType.CHANGE_REQUEST
                || type == AttributeType.RESPONSE_PORT
                || type == AttributeType.PADDING;
    }

    /** Reads them; null if one is malformed, or RESPONSE-PORT and PADDING are there together (RFC 5780 section 6.1). */
    static @Nullable DiscoveryWish of(StunMessage request) {
        int change = request.indexOf(AttributeType.CHANGE_REQUEST);
        int port = request.indexOf(AttributeType.RESPONSE_PORT);
        int padding = request.indexOf(AttributeType.PADDING);
        if (change < 0 && port < 0 && padding < 0) {
            return NOTHING;
        }
        long flags = change < 0 ? 0 : request.u32(change);
        int responsePort = port < 0 ? 0 : readPort(request, port);
        boolean malformed = flags < 0 || (port >= 0 && (responsePort <= 0 || padding >= 0));
        if (malformed) {
            return null;
        }
        return new DiscoveryWish(
                change >= 0,
                (int) flags & (Vantage.CHANGE_IP | Vantage.CHANGE_PORT),
                responsePort,
                padding < 0 ? NO_PADDING : paddingOf(request.valueLength(padding)));
    }

    private static int readPort(StunMessage request, int index) {
        boolean padded = request.valueLength(index) == PADDED_PORT_BYTES;
        return padded ? (int) (request.u32(index) >>> Short.SIZE) : request.u16(index);
    }

    /** RFC 5780 section 7.6 wants a multiple of 4. */
    private static int paddingOf(int requestedBytes) {
        return Math.min(requestedBytes + 3 & ~3, MAX_PADDING_BYTES);
    }
}
