package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A second reading of which peers are denied, to hold {@link PeerPolicy} against: ranges as a first and a last number, addresses as bytes,
 * and no code of the policy's.
 */
final class PeerOracle {

    /** A range from its first to its last address, as text of its own. */
    record Range(boolean ipv4, BigInteger first, BigInteger last) {

        static Range of(String first, String last) {
            byte[] from = bytes(IpAddress.parse(first));
            return new Range(
                    from.length == 4, new BigInteger(1, from), new BigInteger(1, bytes(IpAddress.parse(last))));
        }

        boolean contains(byte[] address) {
            BigInteger value = new BigInteger(1, address);
            return ipv4 == (address.length == 4) && first.compareTo(value) <= 0 && value.compareTo(last) <= 0;
        }

        /** First, last, one before and one after, where there are such. */
        List<IpAddress> edges() {
            BigInteger most = BigInteger.ONE.shiftLeft(ipv4 ? 32 : 128).subtract(BigInteger.ONE);
            return Stream.of(first, last, first.subtract(BigInteger.ONE), last.add(BigInteger.ONE))
                    .filter(value -> value.signum() >= 0 && value.compareTo(most) <= 0)
                    .map(value -> address(value, ipv4 ? 4 : 16))
                    .toList();
        }
    }

    static final List<Range> IPV4 = List.of(
            Range.of("0.0.0.0", "0.255.255.255"),
            Range.of("10.0.0.0", "10.255.255.255"),
            Range.of("100.64.0.0", "100.127.255.255"),
            Range.of("127.0.0.0", "127.255.255.255"),
            Range.of("168.63.129.16", "168.63.129.16"),
            Range.of("169.254.0.0", "169.254.255.255"),
            Range.of("172.16.0.0", "172.31.255.255"),
            Range.of("192.0.0.0", "192.0.0.255"),
            Range.of("192.0.2.0", "192.0.2.255"),
            Range.of("192.88.99.0", "192.88.99.255"),
            Range.of("192.168.0.0", "192.168.255.255"),
            Range.of("198.18.0.0", "198.19.255.255"),
            Range.of("198.51.100.0", "198.51.100.255"),
            Range.of("203.0.113.0", "203.0.113.255"),
            Range.of("224.0.0.0", "239.255.255.255"),
            Range.of("240.0.0.0", "255.255.255.255"));

    static final List<Range> IPV6 = List.of(
            Range.of("::", "::"),
            Range.of("::1", "::1"),
            Range.of("::", "::ffff:ffff"),
            Range.of("::ffff:0:0", "::ffff:ffff:ffff"),
            Range.of("::ffff:0:0:0", "::ffff:0:ffff:ffff"),
            Range.of("64:ff9b::", "64:ff9b::ffff:ffff"),
            Range.of("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            Range.of("100::", "100::ffff:ffff:ffff:ffff"),
            Range.of("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            Range.of("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));

    private final List<Range> allowed;
    private final List<Range> denied;

    PeerOracle(List<Range> allowed, List<Range> denied) {
        this.allowed = allowed;
        this.denied = denied;
    }

    /** Whether the profile {@code public} with these exceptions lets the peer pass. */
    boolean passes(IpAddress peer) {
        byte[] address = bytes(peer);
        return passes(address) && inner(address).stream().allMatch(this::passes);
    }

    private boolean passes(byte[] address) {
        if (anyContains(denied, address)) {
            return false;
        }
        return anyContains(allowed, address) || !(anyContains(IPV4, address) || anyContains(IPV6, address));
    }

    private static boolean anyContains(List<Range> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Every IPv4 address that the bytes of an IPv6 one may stand for. */
    static List<byte[]> inner(byte[] b) {
        List<byte[]> inner = new ArrayList<>();
        if (b.length == 4) {
            return inner;
        }
        byte[] last = Arrays.copyOfRange(b, 12, 16);
        boolean none = zero(b, 0, 15) && (b[15] == 0 || b[15] == 1);
        if ((zero(b, 0, 12) && !none)
                || (zero(b, 0, 10) && is(b, 10, 0xFF, 0xFF))
                || (zero(b, 0, 8) && is(b, 8, 0xFF, 0xFF, 0, 0))
                || (is(b, 0, 0, 0x64, 0xFF, 0x9B) && zero(b, 4, 12))
                || ((b[8] == 0 || b[8] == 2) && is(b, 9, 0, 0x5E, 0xFE))) {
            inner.add(last);
        }
        if (is(b, 0, 0x20, 0x02)) {
            inner.add(Arrays.copyOfRange(b, 2, 6));
        }
        if (is(b, 0, 0x20, 0x01, 0, 0)) {
            inner.add(Arrays.copyOfRange(b, 4, 8));
            inner.add(new byte[] {(byte) ~b[12], (byte) ~b[13], (byte) ~b[14], (byte) ~b[15]});
        }
        if (is(b, 0, 0, 0x64, 0xFF, 0x9B, 0, 1)) {
            inner.add(last);
            addIf(zero(b, 11, 16), inner, b[6], b[7], b[9], b[10]);
            addIf(zero(b, 12, 16), inner, b[7], b[9], b[10], b[11]);
            addIf(zero(b, 13, 16), inner, b[9], b[10], b[11], b[12]);
        }
        return inner;
    }

    private static void addIf(boolean fits, List<byte[]> inner, byte... address) {
        if (fits) {
            inner.add(address);
        }
    }

    private static boolean zero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean is(byte[] b, int at, int... expected) {
        for (int i = 0; i < expected.length; i++) {
            if ((b[at + i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    static byte[] bytes(IpAddress address) {
        return address.toInetAddress() instanceof Inet4Address && !address.isIpv4()
                ? mapped(address)
                : address.toInetAddress().getAddress();
    }

    /** The JDK makes an IPv4 address of ::ffff:a.b.c.d. */
    private static byte[] mapped(IpAddress address) {
        byte[] bytes = new byte[16];
        bytes[10] = (byte) 0xFF;
        bytes[11] = (byte) 0xFF;
        System.arraycopy(address.toInetAddress().getAddress(), 0, bytes, 12, 4);
        return bytes;
    }

    static IpAddress address(BigInteger value, int length) {
        byte[] bytes = new byte[length];
        byte[] digits = value.toByteArray();
        for (int i = 0; i < Math.min(length, digits.length); i++) {
            bytes[length - 1 - i] = digits[digits.length - 1 - i];
        }
        return address(bytes);
    }

    static IpAddress address(byte[] bytes) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < bytes.length; i++) {
            high = (high << 8) | (low >>> 56);
            low = (low << 8) | (bytes[i] & 0xFF);
        }
        return bytes.length == 4 ? IpAddress.ofIpv4((int) low) : IpAddress.ofIpv6(high, low);
    }
}
