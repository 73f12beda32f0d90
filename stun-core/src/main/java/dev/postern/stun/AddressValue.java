package dev.postern.stun;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The value of MAPPED-ADDRESS and its kin (RFC 8489 section 14.1), and of the attributes that hide it from meddling
 * NATs by XOR with the magic cookie and the transaction id (section 14.2).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |0 0 0 0 0 0 0 0|    Family     |         (X-)Port              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |                (X-)Address (32 bits or 128 bits)              |
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * </pre>
 */
final class AddressValue {

    static final int IPV4_BYTES = 8;
    static final int IPV6_BYTES = 20;

    private static final int FAMILY_IPV4 = 0x01;
    private static final int FAMILY_IPV6 = 0x02;
    private static final int FAMILY_OFFSET = 1;
    private static final int PORT_OFFSET = 2;
    private static final int ADDRESS_OFFSET = 4;
    private static final int COOKIE_TOP = StunMessage.MAGIC_COOKIE >>> 16;

    private AddressValue() {}

    static int sizeBytes(TransportAddress address) {
        return address.ip().isIpv4() ? IPV4_BYTES : IPV6_BYTES;
    }

    static @Nullable TransportAddress read(ByteBuffer buffer, int offset, int length) {
        return read(buffer, offset, length, 0, 0, 0, 0);
    }

    /** Reads the value of an attribute in the message that starts at the index {@code message}. */
    static @Nullable TransportAddress readXor(ByteBuffer buffer, int offset, int length, int message) {
        long high = buffer.getLong(message + StunMessage.COOKIE_OFFSET);
        long low = buffer.getLong(message + StunMessage.COOKIE_OFFSET + Long.BYTES);
        return read(buffer, offset, length, COOKIE_TOP, StunMessage.MAGIC_COOKIE, high, low);
    }

    private static @Nullable TransportAddress read(
            ByteBuffer buffer, int offset, int length, int xorPort, int xorIpv4, long xorHigh, long xorLow) {
        if (length != IPV4_BYTES && length != IPV6_BYTES) {
            return null;
        }
        int family = buffer.get(offset + FAMILY_OFFSET);
        int port = (buffer.getShort(offset + PORT_OFFSET) & 0xFFFF) ^ xorPort;
        int at = offset + ADDRESS_OFFSET;
        if (family == FAMILY_IPV4 && length == IPV4_BYTES) {
            return TransportAddress.of(IpAddress.ofIpv4(buffer.getInt(at) ^ xorIpv4), port);
        }
        if (family == FAMILY_IPV6 && length == IPV6_BYTES) {
            long high = buffer.getLong(at) ^ xorHigh;
            long low = buffer.getLong(at + Long.BYTES) ^ xorLow;
            return TransportAddress.of(IpAddress.ofIpv6(high, low), port);
        }
        return null;
    }

    /** Writes {@link #sizeBytes} bytes at the absolute index {@code offset}. */
    static void put(ByteBuffer buffer, int offset, TransportAddress address) {
        put(buffer, offset, address, 0, 0, 0, 0);
    }

    /** Writes the same for a message whose header starts at the index {@code message}. */
    static void putXor(ByteBuffer buffer, int offset, TransportAddress address, int message) {
        long high = buffer.getLong(message + StunMessage.COOKIE_OFFSET);
        long low = buffer.getLong(message + StunMessage.COOKIE_OFFSET + Long.BYTES);
        put(buffer, offset, address, COOKIE_TOP, StunMessage.MAGIC_COOKIE, high, low);
    }

    private static void put(
            ByteBuffer buffer,
            int offset,
            TransportAddress address,
            int xorPort,
            int xorIpv4,
            long xorHigh,
            long xorLow) {
        IpAddress ip = address.ip();
        int family = ip.isIpv4() ? FAMILY_IPV4 : FAMILY_IPV6;
        buffer.putShort(offset, (short) family);
        buffer.putShort(offset + PORT_OFFSET, (short) (address.port() ^ xorPort));
        int at = offset + ADDRESS_OFFSET;
        if (ip.isIpv4()) {
            buffer.putInt(at, ip.ipv4() ^ xorIpv4);
        } else {
            buffer.putLong(at, ip.high() ^ xorHigh);
            buffer.putLong(at + Long.BYTES, ip.low() ^ xorLow);
        }
    }
}
