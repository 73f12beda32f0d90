package dev.postern.signaling;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A block of IP addresses in CIDR notation: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or one address by itself.
 *
 * @param network the first address of the block
 * @param prefixBits how many of its leading bits all addresses of the block share
 */
public record AddressBlock(InetAddress network, int prefixBits) {

    private static final Pattern IPV4 = Pattern.compile("([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})\\.([0-9]{1,3})");
    /** With a colon the JDK takes a text for an IPv6 address and for nothing else, so that it asks no DNS. */
    private static final Pattern IPV6_LIKE = Pattern.compile("(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]{1,44}");

    private static final int MAX_OCTET = 255;
    private static final int OCTET_BITS = 8;

    /** Refuses what is no block with one sentence. */
    public AddressBlock {
        byte[] bytes = network.getAddress();
        boolean inRange = prefixBits >= 0 && prefixBits <= bytes.length * OCTET_BITS;
        if (!inRange || !isZeroBehind(bytes, prefixBits)) {
            throw new IllegalArgumentException("'" + network.getHostAddress() + "/" + prefixBits
                    + "' is no CIDR block whose host bits are zero, such as 192.168.0.0/16 or fc00::/7.");
        }
    }

    private static boolean isZeroBehind(byte[] bytes, int prefixBits) {
        for (int bit = prefixBits; bit < bytes.length * OCTET_BITS; bit++) {
            if ((bytes[bit / OCTET_BITS] & (0x80 >> (bit % OCTET_BITS))) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a block, or a single address.
     *
     * @throws IllegalArgumentException with one sentence if it is neither
     */
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = literal(slash < 0 ? text : text.substring(0, slash));
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        if (network == null || (slash >= 0 && !bits.matches("[0-9]{1,3}"))) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no address and no CIDR block, such as 192.0.2.1, 192.168.0.0/16 or fc00::/7.");
        }
        int whole = network.getAddress().length * OCTET_BITS;
        return new AddressBlock(network, slash < 0 ? whole : Integer.parseInt(bits));
    }

    /** The address that a text writes out, an IPv4-mapped one as the IPv4 address that it is; null for a name or anything else. */
    public static @Nullable InetAddress literal(String text) {
        Matcher ipv4 = IPV4.matcher(text);
        try {
            if (ipv4.matches()) {
                return ofOctets(ipv4);
            }
            return IPV6_LIKE.matcher(text).matches() ? InetAddress.getByName(text) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static @Nullable InetAddress ofOctets(Matcher ipv4) throws UnknownHostException {
        byte[] octets = new byte[ipv4.groupCount()];
        for (int i = 0; i < octets.length; i++) {
            String digits = ipv4.group(i + 1);
            int octet = Integer.parseInt(digits);
            if (octet > MAX_OCTET || !digits.equals(Integer.toString(octet))) { // 010 is 8 to some and 10 to others
                return null;
            }
            octets[i] = (byte) octet;
        }
        return InetAddress.getByAddress(octets);
    }

    /** Whether an address belongs to the block; one of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] own = network.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefixBits; bit += OCTET_BITS) {
            int mask = 0xFF << Math.max(0, OCTET_BITS - (prefixBits - bit));
            if (((own[bit / OCTET_BITS] ^ other[bit / OCTET_BITS]) & mask & 0xFF) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixBits;
    }
}
