package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/**
 * The vectors of RFC 5769 sections 2.1 to 2.4 and of RFC 8489 appendix B.1: case 45. Each is decoded, verified, and
 * written again by the encoder to the same bytes.
 *
 * <p>Three of them pad a value with spaces, which the encoder never does and the digest covers; the tests put the
 * spaces where the encoder wrote zeros before they sign.
 */
class RfcVectorsTest {

    private static final LongTermKey SHORT_TERM =
            LongTermKey.ofBytes("VOkJxbRl1RmTxUk/WvJxBt".getBytes(StandardCharsets.UTF_8));
    private static final TransactionId SHORT_TERM_ID = TransactionId.of(0xb7e7a701, 0xbc34d686fa87dfaeL);
    private static final TransactionId LONG_TERM_ID = TransactionId.of(0x78ad3433, 0xc6ad72c029da412eL);
    private static final String USER = "マトリックス";
    private static final String REALM = "example.org";
    private static final String PASSWORD = "TheMatrIX";

    private final Integrity integrity = new Integrity();
    private final StunEncoder encoder = new StunEncoder();

    private void padWithSpaces(int bytes) {
        ByteBuffer buffer = encoder.buffer();
        for (int i = buffer.position() - bytes; i < buffer.position(); i++) {
            assertThat(buffer.get(i)).isZero();
            buffer.put(i, (byte) ' ');
        }
    }

    @Test
    void rfc5769_021_request() {
        ByteBuffer vector = Wire.vector("rfc5769-2.1-request");
        StunMessage message = Wire.decode(vector);

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, SHORT_TERM))
                .isTrue();
        assertThat(message.text(message.indexOf(AttributeType.USERNAME))).isEqualTo("evtj:h6vY");
        assertThat(message.u32(message.indexOf(AttributeType.PRIORITY))).isEqualTo(0x6e0001ffL);
        assertThat(message.u64(message.indexOf(AttributeType.ICE_CONTROLLED))).isEqualTo(0x932ff9b151263b36L);

        encoder.begin(Wire.dirty(512), MessageClass.REQUEST, Method.BINDING, SHORT_TERM_ID)
                .text(AttributeType.SOFTWARE, "STUN test client")
                .u32(AttributeType.PRIORITY, 0x6e0001ffL)
                .u64(AttributeType.ICE_CONTROLLED, 0x932ff9b151263b36L)
                .text(AttributeType.USERNAME, "evtj:h6vY");
        padWithSpaces(3);
        assertThat(signedSha1(SHORT_TERM).fingerprint().finish()).isEqualTo(vector);
    }

    @Test
    void rfc5769_022_responseOverIpv4() {
        assertResponse("rfc5769-2.2-ipv4-response", "192.0.2.1:32853");
    }

    @Test
    void rfc5769_023_responseOverIpv6() {
        assertResponse("rfc5769-2.3-ipv6-response", "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
    }

    private void assertResponse(String name, String mapped) {
        ByteBuffer vector = Wire.vector(name);
        StunMessage message = Wire.decode(vector);

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, SHORT_TERM))
                .isTrue();
        assertThat(message.xorAddress(message.indexOf(AttributeType.XOR_MAPPED_ADDRESS)))
                .isEqualTo(TransportAddress.parse(mapped));

        encoder.begin(Wire.dirty(512), MessageClass.SUCCESS_RESPONSE, Method.BINDING, SHORT_TERM_ID)
                .text(AttributeType.SOFTWARE, "test vector");
        padWithSpaces(1);
        encoder.xorAddress(AttributeType.XOR_MAPPED_ADDRESS, TransportAddress.parse(mapped));
        assertThat(signedSha1(SHORT_TERM).fingerprint().finish()).isEqualTo(vector);
    }

    @Test
    void rfc5769_024_requestWithLongTermCredential() {
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, USER, REALM, PASSWORD);
        ByteBuffer vector = Wire.vector("rfc5769-2.4-long-term-request");
        StunMessage message = Wire.decode(vector);

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, key)).isTrue();
        assertThat(message.text(message.indexOf(AttributeType.USERNAME))).isEqualTo(USER);

        encoder.begin(Wire.dirty(512), MessageClass.REQUEST, Method.BINDING, LONG_TERM_ID)
                .text(AttributeType.USERNAME, USER)
                .text(AttributeType.NONCE, "f//499k954d6OL34oL9FSTvy64sA")
                .text(AttributeType.REALM, REALM);
        assertThat(signedSha1(key).finish()).isEqualTo(vector);
    }

    /** The appendix as printed is wrong; the bytes are those of verified erratum 6268. */
    @Test
    void rfc8489_b1_requestWithSha256AndUserhash() throws Exception {
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.SHA_256, USER, REALM, PASSWORD);
        ByteBuffer vector = Wire.vector("rfc8489-b.1-request");
        StunMessage message = Wire.decode(vector);
        byte[] userhash =
                MessageDigest.getInstance("SHA-256").digest((USER + ":" + REALM).getBytes(StandardCharsets.UTF_8));

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, key)).isTrue();
        assertThat(message.slice(message.indexOf(AttributeType.USERHASH))).isEqualTo(ByteBuffer.wrap(userhash));

        encoder.begin(Wire.dirty(512), MessageClass.REQUEST, Method.BINDING, LONG_TERM_ID)
                .bytes(AttributeType.USERHASH, userhash)
                .text(AttributeType.NONCE, "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA")
                .text(AttributeType.REALM, REALM)
                .u32(AttributeType.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256.code() << 16);
        assertThat(integrity.sign(encoder, IntegrityAlgorithm.SHA256, key).finish())
                .isEqualTo(vector);
    }

    private StunEncoder signedSha1(LongTermKey key) {
        return integrity.sign(encoder, IntegrityAlgorithm.SHA1, key);
    }
}
