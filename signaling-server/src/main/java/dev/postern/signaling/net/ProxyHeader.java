package dev.postern.signaling.net;

import dev.postern.signaling.AddressBlock;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the first bytes of a connection say in the PROXY protocol, version 1 or 2 (haproxy.org,
 * {@code doc/proxy-protocol.txt}). Names are never looked up.
 */
sealed interface ProxyHeader {

    /** The longest header of version 2 that is taken: fixed part, two IPv6 addresses, and this much of what may follow them. */
    int MAX_BYTES = 16 + 36 + 2_048;

    /** The header has not ended yet. */
    record Unfinished() implements ProxyHeader {}

    /** There is no header, or it is broken, too long, or of something else than a TCP connection. */
    record Broken() implements ProxyHeader {}

    /** The connection is the proxy's own, such as its check whether we live, or it does not know whose it is. */
    record OfTheProxy() implements ProxyHeader {}

    /** The connection that the proxy was asked for. */
    record Named(InetSocketAddress client, InetSocketAddress server) implements ProxyHeader {}

    /**
     * Reads the header at the buffer's position.
     *
     * @param in its position is behind the header afterwards if that is whole, else where it was
     */
    static ProxyHeader read(ByteBuffer in) {
        if (V2.isPrefix(in)) {
            return V2.read(in);
        }
        return V1.isPrefix(in) ? V1.read(in) : new Broken();
    }

    /** A line of text. */
    final class V1 {

        private static final byte[] START = "PROXY ".getBytes(StandardCharsets.US_ASCII);
        /** The longest line, its CRLF included (section 2.1). */
        private static final int MAX_LINE_BYTES = 107;

        private static final Pattern LINE = Pattern.compile(
                "PROXY TCP([46]) ([0-9A-Fa-f:.]{2,45}) ([0-9A-Fa-f:.]{2,45}) (0|[1-9][0-9]{0,4}) (0|[1-9][0-9]{0,4})");
        private static final Pattern UNKNOWN_LINE = Pattern.compile("PROXY UNKNOWN(?: [ -~]*)?");

        private V1() {}

        static boolean isPrefix(ByteBuffer in) {
            return beginsLike(in, START);
        }

        static ProxyHeader read(ByteBuffer in) {
            int most = Math.min(in.remaining(), MAX_LINE_BYTES);
            for (int i = 1; i < most; i++) {
                if (in.get(in.position() + i) == '\n') {
                    return line(in, i);
                }
            }
            return most == MAX_LINE_BYTES ? new Broken() : new Unfinished();
        }

        private static ProxyHeader line(ByteBuffer in, int lineFeed) {
            byte[] bytes = new byte[lineFeed + 1];
            in.duplicate().get(bytes);
            String line = new String(bytes, StandardCharsets.ISO_8859_1);
            ProxyHeader header = line.endsWith("\r\n") ? of(line.substring(0, line.length() - 2)) : new Broken();
            if (!(header instanceof Broken)) {
                in.position(in.position() + bytes.length);
            }
            return header;
        }

        private static ProxyHeader of(String line) {
            if (UNKNOWN_LINE.matcher(line).matches()) {
                return new OfTheProxy();
            }
            Matcher named = LINE.matcher(line);
            if (!named.matches()) {
                return new Broken();
            }
            boolean ipv4 = named.group(1).equals("4");
            InetAddress client = AddressBlock.literal(named.group(2));
            InetAddress server = AddressBlock.literal(named.group(3));
            int clientPort = Integer.parseInt(named.group(4));
            int serverPort = Integer.parseInt(named.group(5));
            boolean isWhole = client != null && server != null && clientPort <= 0xFFFF && serverPort <= 0xFFFF;
            boolean isOfFamily = ipv4
                    ? client instanceof Inet4Address && server instanceof Inet4Address
                    : named.group(2).indexOf(':') >= 0 && named.group(3).indexOf(':') >= 0;
            return isWhole && isOfFamily
                    ? new Named(new InetSocketAddress(client, clientPort), new InetSocketAddress(server, serverPort))
                    : new Broken();
        }
    }

    /*
     *  0                   1                   2                   3
     *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
     * |                signature: 0D 0A 0D 0A 00 0D 0A 51             |
     * |                           55 49 54 0A                         |
     * |version|command| family| proto |      length of the rest       |
     * |  addresses: client, server; ports: client, server; then TLVs  |
     */

    /** Bytes. */
    final class V2 {

        private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
        };
        private static final int COMMAND_OFFSET = 12;
        private static final int FAMILY_OFFSET = 13;
        private static final int LENGTH_OFFSET = 14;
        private static final int FIXED_BYTES = 16;
        private static final int LOCAL = 0x20;
        private static final int PROXY = 0x21;
        private static final int UNSPECIFIED = 0x00;
        private static final int TCP_OVER_IPV4 = 0x11;
        private static final int TCP_OVER_IPV6 = 0x21;
        private static final int IPV4_BYTES = 4;
        private static final int IPV6_BYTES = 16;
        private static final int PORT_BYTES = 2;

        private V2() {}

        static boolean isPrefix(ByteBuffer in) {
            return beginsLike(in, SIGNATURE);
        }

        static ProxyHeader read(ByteBuffer in) {
            if (in.remaining() < FIXED_BYTES) {
                return new Unfinished();
            }
            int start = in.position();
            int command = in.get(start + COMMAND_OFFSET) & 0xFF;
            int length = in.getShort(start + LENGTH_OFFSET) & 0xFFFF;
            if ((command != LOCAL && command != PROXY) || FIXED_BYTES + length > MAX_BYTES) {
                return new Broken();
            }
            if (in.remaining() < FIXED_BYTES + length) {
                return new Unfinished();
            }
            ByteBuffer rest = in.slice(start + FIXED_BYTES, length);
            ProxyHeader header =
                    command == LOCAL ? new OfTheProxy() : addresses(in.get(start + FAMILY_OFFSET) & 0xFF, rest);
            if (!(header instanceof Broken)) {
                in.position(start + FIXED_BYTES + length);
            }
            return header;
        }

        private static ProxyHeader addresses(int family, ByteBuffer rest) {
            return switch (family) {
                case UNSPECIFIED -> new OfTheProxy();
                case TCP_OVER_IPV4 -> addresses(IPV4_BYTES, PORT_BYTES, rest);
                case TCP_OVER_IPV6 -> addresses(IPV6_BYTES, PORT_BYTES, rest);
                default -> new Broken();
            };
        }

        private static ProxyHeader addresses(int addressBytes, int portBytes, ByteBuffer rest) {
            if (rest.remaining() < 2 * (addressBytes + portBytes)) {
                return new Broken();
            }
            InetAddress client = address(rest, addressBytes);
            InetAddress server = address(rest, addressBytes);
            int clientPort = rest.getShort() & 0xFFFF;
            int serverPort = rest.getShort() & 0xFFFF;
            return new Named(new InetSocketAddress(client, clientPort), new InetSocketAddress(server, serverPort));
        }

        private static InetAddress address(ByteBuffer rest, int length) {
            byte[] bytes = new byte[length];
            rest.get(bytes);
            try {
                return InetAddress.getByAddress(bytes); // which unwraps ::ffff:192.0.2.1
            } catch (UnknownHostException e) {
                throw new IllegalStateException("4 and 16 bytes are addresses", e);
            }
        }
    }

    private static boolean beginsLike(ByteBuffer in, byte[] start) {
        int length = Math.min(in.remaining(), start.length);
        for (int i = 0; i < length; i++) {
            if (in.get(in.position() + i) != start[i]) {
                return false;
            }
        }
        return true;
    }
}
