package dev.postern.conformance.cases;

import dev.postern.conformance.Client;
import java.nio.ByteBuffer;

/** The first message of a DTLS 1.2 client, without a cookie, and what a server may say to it (RFC 6347 section 4.2.1). */
final class DtlsHello {

    /** A record with one handshake message: P-256, uncompressed points, GCM, SHA-256 with ECDSA or RSA; nothing in it is random. */
    private static final String HELLO = "16FEFF 0000 000000000000 0052" + "01 000046 0000 000000 000046" + "FEFD"
            + "00".repeat(32) + "00 00" + "0004 C02BC02F 0100" + "0018 000A00040002 0017 000B00020100"
            + "000D0006 000404030401";

    private static final int HANDSHAKE = 22;
    private static final int RECORD_HEADER = 13;
    private static final int SERVER_HELLO = 2;
    private static final int HELLO_VERIFY_REQUEST = 3;

    private DtlsHello() {}

    static ByteBuffer datagram() {
        return Client.hex(HELLO);
    }

    /** Whether these bytes go on with the handshake: a HelloVerifyRequest, or a ServerHello of a server that asks for no cookie. */
    static boolean isAnswer(ByteBuffer bytes) {
        int at = bytes.position();
        if (bytes.remaining() <= RECORD_HEADER || bytes.get(at) != HANDSHAKE) {
            return false;
        }
        int type = bytes.get(at + RECORD_HEADER);
        return type == HELLO_VERIFY_REQUEST || type == SERVER_HELLO;
    }
}
