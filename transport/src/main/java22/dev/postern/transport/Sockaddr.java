package dev.postern.transport;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;

/** The kernel's form of a transport address: {@code struct sockaddr_in} and {@code sockaddr_in6}. */
final class Sockaddr {

    /** Room for either, a multiple of 8. */
    static final int BYTES = 32;

    static final int IPV4_BYTES = 16;
    static final int IPV6_BYTES = 28;

    static final int PORT = 2;
    static final int IPV4_ADDRESS = 4;
    static final int IPV6_ADDRESS = 8;
    static final int IPV6_SCOPE = 24;

    private static final long MAPPED = 0xFFFF_0000_0000L;

    private Sockaddr() {}

    /**
     * Writes an address for a socket of a family; an IPv4 one for an IPv6 socket as IPv4-mapped.
     *
     * @param scope the number of an interface, for an IPv6 address that is valid on one link; else 0
     * @return how many bytes
     */
    static int write(long at, TransportAddress address, boolean ipv4Socket, int scope) {
        IpAddress ip = address.ip();
        if (ipv4Socket) {
            Native.putShort(at, Libc.AF_INET);
            Native.putNetShort(at + PORT, address.port());
            Native.putNetInt(at + IPV4_ADDRESS, ip.ipv4());
            Native.putLong(at + IPV4_ADDRESS + Integer.BYTES, 0);
            return IPV4_BYTES;
        }
        Native.putShort(at, Libc.AF_INET6);
        Native.putNetShort(at + PORT, address.port());
        Native.putInt(at + IPV4_ADDRESS, 0);
        Native.putNetLong(at + IPV6_ADDRESS, ip.high());
        Native.putNetLong(at + IPV6_ADDRESS + Long.BYTES, ip.isIpv4() ? MAPPED | ip.low() : ip.low());
        Native.putInt(at + IPV6_SCOPE, scope);
        return IPV6_BYTES;
    }

    static boolean isIpv4(long at) {
        return Native.getShort(at) == Libc.AF_INET;
    }

    /** Reads an address; an IPv4-mapped one as IPv4. */
    static TransportAddress read(long at) {
        int port = Native.getNetShort(at + PORT);
        if (isIpv4(at)) {
            return TransportAddress.of(IpAddress.ofIpv4(Native.getNetInt(at + IPV4_ADDRESS)), port);
        }
        long high = Native.getNetLong(at + IPV6_ADDRESS);
        long low = Native.getNetLong(at + IPV6_ADDRESS + Long.BYTES);
        IpAddress ip = IpAddress.ofIpv6(high, low);
        return TransportAddress.of(ip.isIpv4Mapped() ? IpAddress.ofIpv4((int) low) : ip, port);
    }
}
