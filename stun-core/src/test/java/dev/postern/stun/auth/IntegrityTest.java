package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.DecodeResult;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.Wire;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntegrityTest {

    private static final LongTermKey KEY = LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "pass");
    private static final LongTermKey OTHER = LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "Pass");
    private static final TransactionId ID = TransactionId.of(1, 2);

    private final Integrity integrity = new Integrity();
    private final StunEncoder encoder = new StunEncoder();

    private StunEncoder request() {
        return encoder.begin(ByteBuffer.allocate(512).position(9), MessageClass.REQUEST, Method.ALLOCATE, ID)
                .text(AttributeType.USERNAME, "user");
    }

    @ParameterizedTest
    @EnumSource(IntegrityAlgorithm.class)
    void whatIsSignedVerifiesUnderItsKeyAlone(IntegrityAlgorithm algorithm) {
        StunMessage message = Wire.decode(
                integrity.sign(request(), algorithm, KEY).fingerprint().finish());

        assertThat(integrity.verify(message, algorithm, KEY)).isTrue();
        assertThat(integrity.verify(message, algorithm, OTHER)).isFalse();
        assertThat(integrity.verify(message, algorithm, KEY)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(IntegrityAlgorithm.class)
    void everyFlippedBitOfMessageOrDigestBreaksIt(IntegrityAlgorithm algorithm) {
        ByteBuffer bytes = integrity.sign(request(), algorithm, KEY).finish();
        for (int bit = 0; bit < bytes.remaining() * 8; bit++) {
            int at = bytes.position() + bit / 8;
            bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
            StunMessage message = new StunMessage();
            if (message.decode(bytes) == DecodeResult.OK) {
                assertThat(integrity.verify(message, algorithm, KEY))
                        .as("bit %d", bit)
                        .isFalse();
            }
            bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
        }
    }

    @Test
    void rfc8489_039_digestCoversTheMessageAsIfItEndedBehindTheAttribute() {
        ByteBuffer alone =
                integrity.sign(request(), IntegrityAlgorithm.SHA1, KEY).finish();
        byte[] digest = Wire.bytes(Wire.decode(alone).slice(1));

        StunMessage longer = Wire.decode(integrity
                .sign(request(), IntegrityAlgorithm.SHA1, KEY)
                .u32(AttributeType.LIFETIME, 1)
                .u64(AttributeType.RESERVATION_TOKEN, 2)
                .fingerprint()
                .finish());

        assertThat(Wire.bytes(longer.slice(1))).isEqualTo(digest);
        assertThat(integrity.verify(longer, IntegrityAlgorithm.SHA1, KEY)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 20, 24, 28, 32})
    void rfc8489_040_truncatedSha256Verifies(int length) {
        StunMessage message = Wire.decode(truncated(length));

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, KEY)).isTrue();
        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, OTHER)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 12, 15, 17, 18, 19, 30, 31})
    void rfc8489_040_sha256OfAnotherLengthIsWrong(int length) {
        assertThat(integrity.verify(Wire.decode(truncated(length)), IntegrityAlgorithm.SHA256, KEY))
                .isFalse();
    }

    @Test
    void rfc8489_040_sha256ThatIsLongerThanItsHmacIsWrong() {
        StunMessage message = Wire.decode(request()
                .bytes(AttributeType.MESSAGE_INTEGRITY_SHA256, new byte[36])
                .finish());

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, KEY)).isFalse();
    }

    /** A sender that truncates signs a message whose length counts the truncated value. */
    private ByteBuffer truncated(int length) {
        ByteBuffer whole = request()
                .bytes(AttributeType.MESSAGE_INTEGRITY_SHA256, new byte[length])
                .finish();
        byte[] digest = hmacSha256(whole, whole.remaining() - 4 - (length + 3 & ~3));
        int value = whole.limit() - (length + 3 & ~3);
        whole.put(value, Arrays.copyOf(digest, length));
        return whole;
    }

    /** The HMAC by the JDK alone, so that {@link Integrity} is not its own judge. */
    private static byte[] hmacSha256(ByteBuffer message, int covered) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(KEY.bytes(), "HmacSHA256"));
            mac.update(message.slice(message.position(), covered));
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 19, 21, 24})
    void sha1OfAnotherLengthIsWrong(int length) {
        StunMessage message = Wire.decode(request()
                .bytes(AttributeType.MESSAGE_INTEGRITY, new byte[length])
                .finish());

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, KEY)).isFalse();
    }

    @Test
    void unsignedMessageDoesNotVerify() {
        StunMessage message = Wire.decode(request().finish());

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, KEY)).isFalse();
        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, KEY)).isFalse();
    }

    @Test
    void bothAttributesTogetherVerifyEachOverWhatStandsBeforeIt() {
        integrity.sign(request(), IntegrityAlgorithm.SHA1, KEY);
        StunMessage message = Wire.decode(integrity
                .sign(encoder, IntegrityAlgorithm.SHA256, KEY)
                .fingerprint()
                .finish());

        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA1, KEY)).isTrue();
        assertThat(integrity.verify(message, IntegrityAlgorithm.SHA256, KEY)).isTrue();
    }

    @Test
    void directBufferGivesTheSameDigest() {
        ByteBuffer heap =
                integrity.sign(request(), IntegrityAlgorithm.SHA256, KEY).finish();
        encoder.begin(ByteBuffer.allocateDirect(512), MessageClass.REQUEST, Method.ALLOCATE, ID)
                .text(AttributeType.USERNAME, "user");
        ByteBuffer direct =
                integrity.sign(encoder, IntegrityAlgorithm.SHA256, KEY).finish();

        assertThat(direct).isEqualTo(heap);
        assertThat(integrity.verify(Wire.decode(direct), IntegrityAlgorithm.SHA256, KEY))
                .isTrue();
    }
}
