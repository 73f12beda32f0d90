package dev.postern.natsim.portmap;

import dev.postern.stun.IpAddress;
import java.nio.ByteBuffer;

/**
 * What a PCP MAP asks for or grants (RFC 6887 section 11.1): the nonce (96 bits), the protocol (8), 24 reserved bits, the internal port, the
 * external port and the external address (128).
 *
 * @param nonceHigh the first eight bytes of the nonce, by which the mapping's owner is known
 * @param nonceLow its last four bytes
 * @param protocol the number of the protocol, such as {@link #UDP}; 0 for all
 * @param internalPort 0 to 65535
 * @param externalPort what is wished for or granted, 0 to 65535
 * @param external what is wished for or granted; all zeros for no wish
 */
public record PcpMap(
        long nonceHigh, int nonceLow, int protocol, int internalPort, int externalPort, IpAddress external) {

    public static final int UDP = 17;
    public static final int TCP = 6;

    static final int BYTES = 36;

    private static final long MAPPED = 0xFFFFL << Integer.SIZE;
    private static final int RESERVED_BITS = 24;
    private static final int U16 = 0xFFFF;

    /** The same with what is granted. */
    public PcpMap granted(int port, IpAddress address) {
        return new PcpMap(nonceHigh, nonceLow, protocol, internalPort, port, address);
    }

    static PcpMap decode(ByteBuffer in) {
        return new PcpMap(
                in.getLong(),
                in.getInt(),
                in.getInt() >>> RESERVED_BITS,
                in.getShort() & U16,
                in.getShort() & U16,
                address(in));
    }

    void encode(ByteBuffer out) {
        out.putLong(nonceHigh)
                .putInt(nonceLow)
                .putInt(protocol << RESERVED_BITS)
                .putShort((short) internalPort)
                .putShort((short) externalPort);
        put(out, external);
    }

    /** 128 bits; an IPv4 address stands in them as an IPv4-mapped one (section 5). */
    static IpAddress address(ByteBuffer in) {
        IpAddress address = IpAddress.ofIpv6(in.getLong(), in.getLong());
        return address.isIpv4Mapped() ? IpAddress.ofIpv4((int) address.low()) : address;
    }

    static void put(ByteBuffer out, IpAddress address) {
        if (address.isIpv4()) {
            out.putLong(0).putLong(MAPPED | Integer.toUnsignedLong(address.ipv4()));
        } else {
            out.putLong(address.high()).putLong(address.low());
        }
    }
}
