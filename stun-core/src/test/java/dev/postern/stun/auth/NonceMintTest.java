package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.AttributeType;
import dev.postern.stun.IpAddress;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.Wire;
import dev.postern.stun.auth.NonceMint.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonceMintTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");
    private static final TransactionId ID = TransactionId.of(1, 2);
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;

    private final NonceMint mint = new NonceMint(KEY, NonceMint.MAX_AGE);

    private static StunMessage nonce(NonceMint mint, long nowNanos, TransportAddress client) {
        StunEncoder encoder = new StunEncoder();
        encoder.begin(ByteBuffer.allocate(256), MessageClass.ERROR_RESPONSE, Method.ALLOCATE, ID);
        return Wire.decode(mint.append(encoder, nowNanos, client).finish());
    }

    private static StunMessage nonce(String text) {
        return Wire.decode(new StunEncoder()
                .begin(ByteBuffer.allocate(4096), MessageClass.REQUEST, Method.ALLOCATE, ID)
                .text(AttributeType.NONCE, text)
                .finish());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1800 * SECOND, -1800 * SECOND})
    void rfc8656_066_nonceIsValidForAlmostAnHourAndNeverLongerWhateverTheClockStandsAt(long start) {
        StunMessage nonce = nonce(mint, start, CLIENT);

        assertThat(mint.check(start, CLIENT, nonce, 0)).isEqualTo(Verdict.VALID);
        assertThat(mint.check(start + HOUR - 4 * SECOND, CLIENT, nonce, 0)).isEqualTo(Verdict.VALID);
        assertThat(mint.check(start + HOUR, CLIENT, nonce, 0)).isEqualTo(Verdict.EXPIRED);
        assertThat(mint.check(start + 100 * HOUR, CLIENT, nonce, 0)).isEqualTo(Verdict.EXPIRED);
        assertThat(mint.check(start - 10 * SECOND, CLIENT, nonce, 0))
                .as("from the future")
                .isEqualTo(Verdict.EXPIRED);
    }

    @Test
    void maximumAgeIsTheConfiguredOne() {
        NonceMint brief = new NonceMint(KEY, Duration.ofSeconds(10));
        StunMessage nonce = nonce(brief, 0, CLIENT);

        assertThat(brief.check(6 * SECOND, CLIENT, nonce, 0)).isEqualTo(Verdict.VALID);
        assertThat(brief.check(10 * SECOND, CLIENT, nonce, 0)).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:5001", "192.0.2.2:5000", "[::c000:201]:5000", "[::ffff:192.0.2.1]:5000"})
    void rfc8489_043_nonceOfOneAddressIsNotAnothers(String other) {
        StunMessage nonce = nonce(mint, 0, CLIENT);

        assertThat(mint.check(0, TransportAddress.parse(other), nonce, 0)).isEqualTo(Verdict.OTHER_ADDRESS);
    }

    @Test
    void mintsOfOneKeyKnowEachOthersNoncesAndMintsOfAnotherDoNot() {
        StunMessage nonce = nonce(mint, 0, CLIENT);
        byte[] otherKey = KEY.clone();
        otherKey[0]++;

        assertThat(new NonceMint(KEY, NonceMint.MAX_AGE).check(0, CLIENT, nonce, 0))
                .isEqualTo(Verdict.VALID);
        assertThat(new NonceMint(otherKey, NonceMint.MAX_AGE).check(0, CLIENT, nonce, 0))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void securityS16_nonceWithOneCharacterChangedIsNotValid() {
        StunMessage nonce = nonce(mint, 0, CLIENT);
        int value = nonce.valueOffset(0);
        for (int i = 0; i < NonceMint.NONCE_BYTES; i++) {
            byte original = nonce.buffer().get(value + i);
            nonce.buffer().put(value + i, (byte) (original == 'A' ? 'B' : 'A'));
            assertThat(mint.check(0, CLIENT, nonce, 0)).as("character %d", i).isNotEqualTo(Verdict.VALID);
            nonce.buffer().put(value + i, original);
        }
        assertThat(mint.check(0, CLIENT, nonce, 0)).isEqualTo(Verdict.VALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "f//499k954d6OL34oL9FSTvy64sA",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "................................",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9\u00E9",
            })
    void whatWasNotMintedIsForged(String text) {
        assertThat(mint.check(0, CLIENT, nonce(text), 0)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void noncesOfDifferentAddressesDiffer() {
        Set<String> nonces = new HashSet<>();
        for (int port = 0; port < 1000; port++) {
            StunMessage nonce = nonce(mint, 0, TransportAddress.of(IpAddress.ofIpv4(1), port));
            assertThat(nonces.add(nonce.text(0))).isTrue();
            assertThat(nonce.text(0)).matches("[A-Za-z0-9_-]{32}").doesNotStartWith("obMatJos2");
        }
    }

    /**
     * Each of the 192 bits is one in about half of 10,000 nonces: six standard deviations are allowed, 300 of 10,000.
     */
    @Test
    void securityS16_tenThousandNoncesShowNoStructure() {
        int[] ones = new int[192];
        int count = 10_000;
        Random random = new Random(16);
        for (int i = 0; i < count; i++) {
            long now = i % 2 == 0 ? i * SECOND : 0; // by time, and by client at one time
            TransportAddress client = i % 2 == 0 ? CLIENT : TransportAddress.of(IpAddress.ofIpv4(random.nextInt()), i);
            byte[] raw = Base64.getUrlDecoder().decode(nonce(mint, now, client).text(0));
            for (int bit = 0; bit < ones.length; bit++) {
                ones[bit] += raw[bit / 8] >>> bit % 8 & 1;
            }
        }
        for (int bit = 0; bit < ones.length; bit++) {
            assertThat(ones[bit]).as("bit %d", bit).isBetween(count / 2 - 300, count / 2 + 300);
        }
    }

    @Test
    void shortKeyAndAgesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new NonceMint(new byte[15], NonceMint.MAX_AGE)).hasMessageContaining("16 bytes");
        assertThatThrownBy(() -> new NonceMint(KEY, Duration.ofSeconds(3601))).hasMessageContaining("PT1H");
        assertThat(new NonceMint(KEY, NonceMint.MIN_AGE).check(0, CLIENT, nonce(mint, 0, CLIENT), 0))
                .isEqualTo(Verdict.VALID);
        assertThatThrownBy(() -> new NonceMint(KEY, Duration.ofSeconds(3))).hasMessageContaining("PT4S");
    }
}
