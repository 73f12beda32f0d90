package dev.postern.stun;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An IPv4 or IPv6 address as two longs: immutable, compared by value, never resolved from a name.
 *
 * <p>An IPv4-mapped IPv6 address ({@code ::ffff:1.2.3.4}) stays IPv6: it is a different thing on the wire, and whoever
 * judges addresses unwraps it. Scope ids are dropped.
 */
public final class IpAddress implements Comparable<IpAddress> {

    private static final int IPV4_BYTES = 4;

    private final boolean ipv4;
    private final long high;
    private final long low;

    private IpAddress(boolean ipv4, long high, long low) {
        this.ipv4 = ipv4;
        this.high = high;
        this.low = low;
    }

    /** The IPv4 address whose four bytes are {@code address}, first byte most significant. */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(true, 0, Integer.toUnsignedLong(address));
    }

    /** The IPv6 address whose first eight bytes are {@code high} and last eight are {@code low}, big-endian. */
    public static IpAddress ofIpv6(long high, long low) {
        return new IpAddress(false, high, low);
    }

    /** The same address as a JDK one. */
    public static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? ofIpv4(bytes.getInt(0))
                : ofIpv6(bytes.getLong(0), bytes.getLong(Long.BYTES));
    }

    /**
     * Reads a literal such as {@code 192.0.2.1}, {@code 2001:db8::1} or {@code ::ffff:192.0.2.1}.
     *
     * @throws IllegalArgumentException if the text is not a literal; names are never looked up
     */
    public static IpAddress parse(String literal) {
        return IpLiteral.parse(literal);
    }

    public boolean isIpv4() {
        return ipv4;
    }

    /** Whether this is an IPv6 address of the form {@code ::ffff:1.2.3.4}, which the JDK turns into the IPv4 address that it names. */
    public boolean isIpv4Mapped() {
        return !ipv4 && high == 0 && low >>> Integer.SIZE == 0xFFFF;
    }

    /** The four bytes of an IPv4 address; meaningless for IPv6. */
    public int ipv4() {
        return (int) low;
    }

    /** The first eight bytes of an IPv6 address; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** The last eight bytes of an IPv6 address; the four bytes of an IPv4 one, unsigned. */
    public long low() {
        return low;
    }

    /**
     * What bounds per source count by: an IPv4 address itself, or the first address of an IPv6 one's /64, which one subscriber has
     * for himself. Allocates for IPv6.
     */
    public IpAddress source() {
        return ipv4 ? this : ofIpv6(high, 0);
    }

    /** The same address as a JDK one; allocates. */
    public InetAddress toInetAddress() {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(ipv4 ? IPV4_BYTES : 2 * Long.BYTES);
            if (ipv4) {
                bytes.putInt(ipv4());
            } else {
                bytes.putLong(high).putLong(low);
            }
            return InetAddress.getByAddress(bytes.array());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** An order without a meaning of its own, for hash tables: strangers choose addresses, and can choose ones whose hashes are the same. */
    @Override
    public int compareTo(IpAddress other) {
        int byHigh = Long.compare(high, other.high);
        int byBits = byHigh == 0 ? Long.compare(low, other.low) : byHigh;
        return byBits == 0 ? Boolean.compare(ipv4, other.ipv4) : byBits;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof IpAddress that && ipv4 == that.ipv4 && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        long mixed = (high * 31 + low) * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32));
    }

    /** The canonical text: dotted quad, or RFC 5952 form. */
    @Override
    public String toString() {
        return IpLiteral.format(this);
    }
}
