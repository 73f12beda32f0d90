package dev.postern.natsim.tester;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;

/**
 * What a Binding request asks for (RFC 5780 section 7).
 *
 * @param changeIp whether the answer is to come from the other address
 * @param changePort whether it is to come from the other port
 * @param responsePort the port of the client that it is to go to; 0 for the one the request comes from
 * @param paddingBytes the length of PADDING; 0 for none
 */
record Request(boolean changeIp, boolean changePort, int responsePort, int paddingBytes) {

    static final Request PLAIN = new Request(false, false, 0, 0);
    static final Request CHANGE_BOTH = new Request(true, true, 0, 0);
    static final Request CHANGE_PORT = new Request(false, true, 0, 0);
    static final Request CHANGE_IP = new Request(true, false, 0, 0);

    private static final int FLAG_CHANGE_IP = 0x4;
    private static final int FLAG_CHANGE_PORT = 0x2;
    private static final int MAX_BYTES = 2048;

    /**
     * What four addresses and FINGERPRINT take in an answer is more than a request without attributes; a server whose answers may
     * be four times as long as the request then has room for all of them.
     */
    private static final String SOFTWARE = "postern nat-test";

    Request toPort(int port) {
        return new Request(changeIp, changePort, port, paddingBytes);
    }

    static Request padded(int bytes) {
        return new Request(false, false, 0, bytes);
    }

    /** A Binding indication, which refreshes a mapping and is not answered (RFC 8489 section 6.3.2). */
    static ByteBuffer indication(TransactionId id) {
        return new StunEncoder()
                .begin(ByteBuffer.allocate(MAX_BYTES), MessageClass.INDICATION, Method.BINDING, id)
                .fingerprint()
                .finish();
    }

    ByteBuffer encode(TransactionId id) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);
        StunEncoder encoder = new StunEncoder().begin(out, MessageClass.REQUEST, Method.BINDING, id);
        encoder.text(AttributeType.SOFTWARE, SOFTWARE);
        if (changeIp || changePort) {
            encoder.u32(
                    AttributeType.CHANGE_REQUEST,
                    (changeIp ? FLAG_CHANGE_IP : 0) | (changePort ? FLAG_CHANGE_PORT : 0));
        }
        if (responsePort != 0) {
            encoder.u16(AttributeType.RESPONSE_PORT, responsePort);
        }
        if (paddingBytes > 0) {
            encoder.reserve(AttributeType.PADDING, paddingBytes);
        }
        encoder.fingerprint();
        return encoder.finish();
    }
}
