package dev.postern.stun;

/**
 * A block of addresses in CIDR form, such as {@code 10.0.0.0/8} or {@code fc00::/7}.
 *
 * @param base the first address of the block; bits past the length are zero
 * @param length how many leading bits are fixed: 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record IpPrefix(IpAddress base, int length) {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** Refuses a length out of range and a base with bits set past the length. */
    public IpPrefix {
        int bits = base.isIpv4() ? IPV4_BITS : IPV6_BITS;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("'" + base + "/" + length + "': the length must be 0 to " + bits);
        }
        if (!first(base, length).equals(base)) {
            throw new IllegalArgumentException("'" + base + "/" + length + "' has bits set past its length; write "
                    + first(base, length) + "/" + length);
        }
    }

    /**
     * Reads {@code address/length}; an address alone is a block of one.
     *
     * @throws IllegalArgumentException with one sentence that names the text and what is wrong
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        IpAddress base = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new IpPrefix(base, base.isIpv4() ? IPV4_BITS : IPV6_BITS);
        }
        String length = text.substring(slash + 1);
        if (!length.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + text + "' is not a CIDR block such as 10.0.0.0/8");
        }
        return new IpPrefix(base, Integer.parseInt(length));
    }

    /** Whether the address is of this family and inside this block. */
    public boolean contains(IpAddress address) {
        if (address.isIpv4() != base.isIpv4()) {
            return false;
        }
        return (address.high() & highMask(base, length)) == base.high()
                && (address.low() & lowMask(base, length)) == base.low();
    }

    private static IpAddress first(IpAddress address, int length) {
        long low = address.low() & lowMask(address, length);
        return address.isIpv4()
                ? IpAddress.ofIpv4((int) low)
                : IpAddress.ofIpv6(address.high() & highMask(address, length), low);
    }

    private static long highMask(IpAddress address, int length) {
        return address.isIpv4() ? 0 : leading(Math.min(length, Long.SIZE), Long.SIZE);
    }

    private static long lowMask(IpAddress address, int length) {
        return address.isIpv4() ? leading(length, IPV4_BITS) : leading(Math.max(length - Long.SIZE, 0), Long.SIZE);
    }

    private static long leading(int ones, int width) {
        return ones == 0 ? 0 : -1L << (width - ones) & (-1L >>> (Long.SIZE - width));
    }

    @Override
    public String toString() {
        return base + "/" + length;
    }
}
