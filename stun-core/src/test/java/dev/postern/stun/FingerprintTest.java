package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final TransactionId ID = TransactionId.of(1, 2);

    private final StunEncoder encoder = new StunEncoder();

    private StunEncoder binding() {
        return encoder.begin(ByteBuffer.allocate(256).position(5), MessageClass.REQUEST, Method.BINDING, ID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rfc5769-2.1-request", "rfc5769-2.2-ipv4-response", "rfc5769-2.3-ipv6-response"})
    void vectorsOfTheRfcMatch(String vector) {
        assertThat(Fingerprint.matches(Wire.decode(Wire.vector(vector)))).isTrue();
    }

    @Test
    void rfc8489_020_whatIsWrittenMatchesAndOneFlippedBitBreaksIt() {
        ByteBuffer bytes =
                binding().u32(AttributeType.PRIORITY, 1).fingerprint().finish();
        assertThat(Fingerprint.matches(Wire.decode(bytes))).isTrue();
        assertThat(Fingerprint.isBroken(Wire.decode(bytes))).isFalse();

        for (int bit = 64;
                bit < bytes.remaining() * 8;
                bit++) { // past type, length and cookie, which break the decoding
            int at = bytes.position() + bit / 8;
            bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
            StunMessage message = new StunMessage();
            if (message.decode(bytes) == DecodeResult.OK) {
                assertThat(Fingerprint.matches(message)).as("bit %d", bit).isFalse();
            }
            bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
        }
    }

    @Test
    void rfc8489_020_fingerprintThatIsNotLastIsBroken() {
        StunMessage message = Wire.decode(
                binding().fingerprint().u32(AttributeType.PRIORITY, 1).finish());

        assertThat(Fingerprint.matches(message)).isFalse();
        assertThat(Fingerprint.isBroken(message)).isTrue();
    }

    @Test
    void fingerprintOfAnotherLengthIsBroken() {
        StunMessage message =
                Wire.decode(binding().u64(AttributeType.FINGERPRINT, 0).finish());

        assertThat(Fingerprint.isBroken(message)).isTrue();
    }

    @Test
    void messageWithoutFingerprintIsNotBrokenAndDoesNotMatch() {
        StunMessage message = Wire.decode(binding().finish());

        assertThat(Fingerprint.isBroken(message)).isFalse();
        assertThat(Fingerprint.matches(message)).isFalse();
    }

    @Test
    void directBufferGivesTheSame() {
        ByteBuffer heap = binding().u32(AttributeType.PRIORITY, 1).fingerprint().finish();
        ByteBuffer direct = encoder.begin(ByteBuffer.allocateDirect(256), MessageClass.REQUEST, Method.BINDING, ID)
                .u32(AttributeType.PRIORITY, 1)
                .fingerprint()
                .finish();

        assertThat(direct).isEqualTo(heap);
        assertThat(Fingerprint.matches(Wire.decode(direct))).isTrue();
    }
}
