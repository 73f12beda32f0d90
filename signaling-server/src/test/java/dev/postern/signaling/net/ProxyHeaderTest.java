package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The PROXY protocol as bytes, whole, in parts and broken. */
class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String REQUEST = "GET / HTTP/1.1\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n",
                "PROXY TCP6 ::ffff:203.0.113.9 ::ffff:192.0.2.1 40000 443\r\n",
            })
    void versionOneNamesClientAndServerAndLeavesWhatFollows(String line) {
        assertThat(wholeAndInParts(ascii(line))).isEqualTo(named("203.0.113.9", 40_000, "192.0.2.1", 443));
    }

    @Test
    void versionOneMayNotKnow() {
        assertThat(wholeAndInParts(ascii("PROXY UNKNOWN\r\n"))).isEqualTo(new ProxyHeader.OfTheProxy());
        assertThat(wholeAndInParts(ascii("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n")))
                .isEqualTo(new ProxyHeader.OfTheProxy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 evil.example 192.0.2.1 1 2\r\n",
                "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n",
                "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
                "PROXY TCP4 192.0.2.1  192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
                "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n",
                "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "PROXY TCP4 192.0.2.300 192.0.2.2 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 fe80::2 1 2\r\n",
                "PROXY UNKNOWN\u0001\r\n",
                "PROXY \r\n",
                "PROXYTCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
                "GET / HTTP/1.1\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001",
                "P\r\n",
            })
    void whatIsNoLineOfVersionOneIsBroken(String bytes) {
        assertThat(ProxyHeader.read(ByteBuffer.wrap(ascii(bytes)))).isEqualTo(new ProxyHeader.Broken());
    }

    @Test
    void lineThatDoesNotEndIsBrokenAtItsBound() {
        byte[] line = ascii("PROXY UNKNOWN " + "x".repeat(200));
        assertThat(ProxyHeader.read(ByteBuffer.wrap(line, 0, 106))).isEqualTo(new ProxyHeader.Unfinished());
        assertThat(ProxyHeader.read(ByteBuffer.wrap(line, 0, 107))).isEqualTo(new ProxyHeader.Broken());
        byte[] longest = ascii("PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n");
        assertThat(ProxyHeader.read(ByteBuffer.wrap(longest))).isEqualTo(new ProxyHeader.OfTheProxy());
    }

    @Test
    void versionTwoNamesClientAndServerOfBothFamiliesAndPassesOverWhatElseItSays() {
        byte[] ipv4 = hex(SIGNATURE, "21", "11", "0013", "cb007109", "c0000201", "9c40", "01bb", "04000461626364");
        assertThat(wholeAndInParts(ipv4)).isEqualTo(named("203.0.113.9", 40_000, "192.0.2.1", 443));
        byte[] ipv6 = hex(
                SIGNATURE,
                "21",
                "21",
                "0024",
                "20010db8000000000000000000000001",
                "20010db8000000000000000000000002",
                "9c40",
                "01bb");
        assertThat(wholeAndInParts(ipv6)).isEqualTo(named("2001:db8::1", 40_000, "2001:db8::2", 443));
    }

    /** Security case 28. */
    @Test
    void versionTwoMayHideAnIpv4AddressInAnIpv6One() {
        byte[] mapped = hex(
                SIGNATURE,
                "21",
                "21",
                "0024",
                "00000000000000000000ffffcb007109",
                "00000000000000000000ffffc0000201",
                "9c40",
                "01bb");
        assertThat(wholeAndInParts(mapped)).isEqualTo(named("203.0.113.9", 40_000, "192.0.2.1", 443));
    }

    @Test
    void versionTwoMayBeTheProxysOwnOrNotKnow() {
        assertThat(wholeAndInParts(hex(SIGNATURE, "20", "00", "0000"))).isEqualTo(new ProxyHeader.OfTheProxy());
        assertThat(wholeAndInParts(hex(SIGNATURE, "20", "11", "000c", "cb007109", "c0000201", "9c40", "01bb")))
                .isEqualTo(new ProxyHeader.OfTheProxy());
        assertThat(wholeAndInParts(hex(SIGNATURE, "21", "00", "0003", "040000")))
                .isEqualTo(new ProxyHeader.OfTheProxy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11110000", // version 1
                "22110000", // an unknown command
                "2112000ccb007109c00002019c4001bb", // UDP
                "21310000", // a Unix socket
                "2111000bcb007109c00002019c4001", // too short for its addresses
                "2121000ccb007109c00002019c4001bb",
                "2111ffff", // too long
            })
    void whatIsNoHeaderOfVersionTwoIsBroken(String rest) {
        assertThat(ProxyHeader.read(ByteBuffer.wrap(hex(SIGNATURE, rest)))).isEqualTo(new ProxyHeader.Broken());
    }

    @Test
    void noBytesThrowOrReadBeyondTheBound() {
        Random random = new Random(28);
        byte[] valid = hex(SIGNATURE, "21", "11", "000c", "cb007109", "c0000201", "9c40", "01bb");
        byte[] line = ascii("PROXY TCP4 203.0.113.9 192.0.2.1 40000 443\r\n");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = (i % 2 == 0 ? valid : line).clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, random.nextInt(bytes.length + 1));
            ProxyHeader header = ProxyHeader.read(in);
            boolean isWhole = header instanceof ProxyHeader.Named || header instanceof ProxyHeader.OfTheProxy;
            assertThat(in.position() > 0).as("bytes were taken by %s", header).isEqualTo(isWhole);
        }
    }

    /** Every beginning of the header is unfinished, the header itself is read, and the request behind it is left. */
    private static ProxyHeader wholeAndInParts(byte[] header) {
        for (int length = 0; length < header.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(header, 0, length);
            assertThat(ProxyHeader.read(part)).as("%d bytes", length).isEqualTo(new ProxyHeader.Unfinished());
            assertThat(part.position()).isZero();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header);
        all.writeBytes(ascii(REQUEST));
        ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
        ProxyHeader read = ProxyHeader.read(in);
        byte[] rest = Arrays.copyOfRange(in.array(), in.position(), in.limit());
        assertThat(new String(rest, StandardCharsets.US_ASCII)).isEqualTo(REQUEST);
        return read;
    }

    private static ProxyHeader.Named named(String client, int clientPort, String server, int serverPort) {
        return new ProxyHeader.Named(
                new InetSocketAddress(client, clientPort), new InetSocketAddress(server, serverPort));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String... fields) {
        return HexFormat.of().parseHex(String.join("", fields));
    }
}
