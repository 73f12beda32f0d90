package dev.postern.app.dtls;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A ClientHello as one datagram, byte for byte (RFC 6347 sections 4.1 and 4.2.1). */
public final class ClientHello {

    public static final int DTLS_1_2 = 0xFEFD;
    static final int DTLS_1_0 = 0xFEFF;

    /** What the server answers: the type of the first handshake message, or an alert. */
    public static final int HELLO_VERIFY_REQUEST = 3;

    public static final int SERVER_HELLO = 2;
    private static final int HANDSHAKE = 22;
    private static final int HEADERS = 13 + 12;

    /** Two suites; no compression; secp256r1, uncompressed points, SHA-256 with ECDSA and RSA. */
    private static final byte[] REST = HexFormat.of()
            .parseHex("0004" + "c02bc02f" + "0100" + "0018" + "000a00040002" + "0017" + "000b00020100" + "000d0006"
                    + "000404030401");

    private ClientHello() {}

    /**
     * The datagram.
     *
     * @param seed says what is random in it; a multiple of 3 asks to resume a session, which must not spare it the cookie
     * @param sequence 0 for the first one, 1 for that with the cookie
     */
    public static byte[] of(int version, long seed, int sequence, byte... cookie) {
        byte[] session = new byte[seed % 3 == 0 ? 32 : 0];
        int body = 2 + 32 + 1 + session.length + 1 + cookie.length + REST.length;
        ByteBuffer out = ByteBuffer.allocate(HEADERS + body);
        out.put((byte) HANDSHAKE).putShort((short) DTLS_1_0).putShort((short) 0);
        out.putShort((short) 0).putInt(sequence).putShort((short) (12 + body));
        out.put((byte) 1).put((byte) 0).putShort((short) body).putShort((short) sequence);
        out.put((byte) 0).putShort((short) 0).put((byte) 0).putShort((short) body);
        out.putShort((short) version).putLong(seed).putLong(~seed).putLong(seed).putLong(~seed);
        out.put((byte) session.length)
                .put(session)
                .put((byte) cookie.length)
                .put(cookie)
                .put(REST);
        return out.array();
    }

    /** The handshake type of an answer; -1 for anything else, such as an alert. */
    public static int typeOf(byte[] answer) {
        return answer.length > 13 && answer[0] == HANDSHAKE ? answer[13] : -1;
    }

    /** The cookie of a HelloVerifyRequest. */
    public static byte[] cookieOf(byte[] answer) {
        byte[] cookie = new byte[answer[HEADERS + 2]];
        ByteBuffer.wrap(answer, HEADERS + 3, cookie.length).get(cookie);
        return cookie;
    }
}
