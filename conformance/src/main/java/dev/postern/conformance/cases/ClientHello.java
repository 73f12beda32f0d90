package dev.postern.conformance.cases;

import dev.postern.conformance.ByteStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The first message of a TLS client up to version 1.2, byte by byte, and the first thing that a server says to it. A library would
 * not offer what a case has to offer, such as a version that must not be used.
 */
final class ClientHello {

    /** {@code TLS 1.0}, {@code TLS 1.1} and {@code TLS 1.2} as they stand in a record. */
    static final String TLS_1_0 = "0301";

    static final String TLS_1_1 = "0302";
    static final String TLS_1_2 = "0303";

    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;
    private static final int ALPN = 16;
    private static final int RECORD_HEADER = 5;
    private static final int RANDOM_BYTES = 32;

    /** Elliptic curves with GCM, with CBC for the older versions, and RSA alone. */
    private static final String SUITES = "c02bc02fc02cc030009ec013c014c009c00a002f";

    /** Curves P-256 and P-384, uncompressed points, and signatures by ECDSA, RSA-PSS, RSA and Ed25519. */
    private static final String EXTENSIONS =
            "000a00060004" + "00170018" + "000b00020100" + "000d00120010" + "04030503080408050401050102010807";

    private final String version;
    private final List<String> protocols;

    ClientHello(String version, String... protocols) {
        this.version = version;
        this.protocols = List.of(protocols);
    }

    /**
     * What the server said first.
     *
     * @param alert the alert's description, or -1 if it was none
     * @param hello whether it went on with the handshake
     * @param protocol what it selected by ALPN; empty for nothing
     */
    record Answer(int alert, boolean hello, String protocol) {}

    /** Says it, and hears what the server answers. */
    Answer sayTo(ByteStream stream) {
        stream.send(ByteBuffer.wrap(bytes()));
        ByteBuffer header = stream.receiveBytes(RECORD_HEADER, WAIT);
        if (header.remaining() < RECORD_HEADER) {
            return new Answer(-1, false, "");
        }
        int kind = header.get();
        int length = header.getShort(header.position() + 2) & 0xFFFF;
        ByteBuffer body = stream.receiveBytes(length, WAIT);
        if (kind == ALERT && body.remaining() >= 2) {
            return new Answer(body.get(body.position() + 1) & 0xFF, false, "");
        }
        boolean hello = kind == HANDSHAKE && body.hasRemaining() && body.get(body.position()) == SERVER_HELLO;
        return new Answer(-1, hello, hello ? selected(body) : "");
    }

    /** The protocol in a ServerHello's extensions (RFC 7301 section 3.1). */
    private static String selected(ByteBuffer hello) {
        int end = Math.min(hello.limit(), hello.position() + 4 + (hello.getInt(hello.position()) & 0xFFFFFF));
        hello.limit(end).position(hello.position() + 4 + 2 + RANDOM_BYTES);
        int session = hello.get() & 0xFF;
        hello.position(hello.position() + session + 2 + 1);
        if (hello.remaining() < 2) {
            return "";
        }
        hello.getShort();
        while (hello.remaining() >= 4) {
            int type = hello.getShort() & 0xFFFF;
            int length = hello.getShort() & 0xFFFF;
            if (type == ALPN) {
                byte[] name = new byte[hello.get(hello.position() + 2) & 0xFF];
                hello.get(hello.position() + 3, name);
                return new String(name, StandardCharsets.US_ASCII);
            }
            hello.position(hello.position() + length);
        }
        return "";
    }

    private byte[] bytes() {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        hex(extensions, EXTENSIONS);
        if (!protocols.isEmpty()) {
            ByteArrayOutputStream names = new ByteArrayOutputStream();
            for (String protocol : protocols) {
                names.write(protocol.length());
                names.writeBytes(protocol.getBytes(StandardCharsets.US_ASCII));
            }
            u16(extensions, ALPN);
            u16(extensions, names.size() + 2);
            u16(extensions, names.size());
            extensions.writeBytes(names.toByteArray());
        }
        ByteArrayOutputStream hello = new ByteArrayOutputStream();
        hex(hello, version);
        hello.writeBytes(new byte[RANDOM_BYTES]);
        hello.write(0); // no session to resume
        u16(hello, SUITES.length() / 2);
        hex(hello, SUITES + "0100"); // and no compression
        u16(hello, extensions.size());
        hello.writeBytes(extensions.toByteArray());
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        hex(record, "16" + version);
        u16(record, hello.size() + 4);
        hex(record, "0100");
        u16(record, hello.size());
        record.writeBytes(hello.toByteArray());
        return record.toByteArray();
    }

    private static void hex(ByteArrayOutputStream out, String digits) {
        out.writeBytes(HexFormat.of().parseHex(digits));
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >> 8);
        out.write(value);
    }
}
