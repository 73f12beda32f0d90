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
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonceMintTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.1:5000");
    private static final Set<SecurityFeature> FEATURES = EnumSet.of(SecurityFeature.PASSWORD_ALGORITHMS);
    private static final TransactionId ID = TransactionId.of(1, 2);
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * SECOND;

    private final NonceMint mint = new NonceMint(KEY, NonceMint.MAX_AGE, FEATURES);

    private static StunMessage nonce(NonceMint mint, long nowNanos, TransportAddress client) {
        StunEncoder encoder = new StunEncoder();
        encoder.begin(ByteBuffer.allocate(256), MessageClass.ERROR_RESPONSE, Method.ALLOCATE, ID);
        return Wire.decode(mint.append(encoder, nowNanos, client).finish());
    }

    private static String textOf(StunMessage nonce) {
        return Objects.requireNonNull(nonce.text(0));
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
        NonceMint brief = new NonceMint(KEY, Duration.ofSeconds(10), FEATURES);
        StunMessage nonce = nonce(brief, 0, CLIENT);

        assertThat(brief.check(6 * SECOND, CLIENT, nonce, 0)).isEqualTo(Verdict.VALID);
        assertThat(brief.check(10 * SECOND, CLIENT, nonce, 0)).isEqualTo(Verdict.EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:5001", "192.0.2.2:5000", "[::c000:201]:5000", "[::ffff:192.0.2.1]:5000"})
    void rfc8489_043_nonceOfOneAddressIsNotAnothers(String other) {
        StunMessage nonce = nonce(mint, 0, CLIENT);

        assertThat(mint.check(0, TransportAddress.parse(other), nonce, 0)).isEqualTo(Verdict.FORGED);
    }

    @Test
    void mintsOfOneKeyKnowEachOthersNoncesAndMintsOfAnotherDoNot() {
        StunMessage nonce = nonce(mint, 0, CLIENT);
        byte[] otherKey = KEY.clone();
        otherKey[0]++;

        assertThat(new NonceMint(KEY, NonceMint.MAX_AGE, FEATURES).check(0, CLIENT, nonce, 0))
                .isEqualTo(Verdict.VALID);
        assertThat(new NonceMint(otherKey, NonceMint.MAX_AGE, FEATURES).check(0, CLIENT, nonce, 0))
                .isEqualTo(Verdict.FORGED);
    }

    @Test
    void s16_nonceWithOneCharacterChangedIsNotValid() {
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
                "obMatJos2gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "obMatJos2gAAA...........................",
                "obMatJos2wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
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
            assertThat(nonce.text(0)).matches("obMatJos2gAAA[A-Za-z0-9_-]{27}");
        }
    }

    /**
     * Each of the 160 bits after the cookie is one in about half of 10,000 nonces: six standard deviations are allowed, 300 of 10,000.
     */
    @Test
    void s16_tenThousandNoncesShowNoStructure() {
        int[] ones = new int[160];
        int count = 10_000;
        Random random = new Random(16);
        for (int i = 0; i < count; i++) {
            long now = i % 2 == 0 ? i * SECOND : 0; // by time, and by client at one time
            TransportAddress client = i % 2 == 0 ? CLIENT : TransportAddress.of(IpAddress.ofIpv4(random.nextInt()), i);
            byte[] raw = Base64.getUrlDecoder()
                    .decode(textOf(nonce(mint, now, client)).substring(NonceCookie.CHARACTERS));
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
        assertThatThrownBy(() -> new NonceMint(new byte[15], NonceMint.MAX_AGE, FEATURES))
                .hasMessageContaining("16 bytes");
        assertThatThrownBy(() -> new NonceMint(KEY, Duration.ofSeconds(3601), FEATURES))
                .hasMessageContaining("PT1H");
        assertThat(new NonceMint(KEY, NonceMint.MIN_AGE, FEATURES).check(0, CLIENT, nonce(mint, 0, CLIENT), 0))
                .isEqualTo(Verdict.VALID);
        assertThatThrownBy(() -> new NonceMint(KEY, Duration.ofSeconds(3), FEATURES))
                .hasMessageContaining("PT4S");
    }

    @Test
    void rfc8489_029_nonceStartsWithTheCookieOfItsFeatures() {
        assertThat(NonceCookie.of(Set.of())).isEqualTo("obMatJos2AAAA");
        assertThat(NonceCookie.of(FEATURES)).isEqualTo("obMatJos2gAAA");
        assertThat(NonceCookie.of(EnumSet.of(SecurityFeature.USERNAME_ANONYMITY)))
                .isEqualTo("obMatJos2QAAA");
        for (Set<SecurityFeature> features : Set.of(FEATURES, EnumSet.allOf(SecurityFeature.class))) {
            StunMessage nonce = nonce(new NonceMint(KEY, NonceMint.MAX_AGE, features), 0, CLIENT);
            assertThat(nonce.text(0)).startsWith(NonceCookie.of(features)).hasSize(NonceMint.NONCE_BYTES);
            assertThat(NonceCookie.read(nonce, 0)).isEqualTo(features);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "obMatJos2",
                "obMatJos2gAA",
                "obMatJos3gAAA",
                "obMatJos2gA==",
                "obMatJos2\u00E9\u00E9",
                "xxxxxxxxxxxxxxxx"
            })
    void nonceWithoutAWholeCookiePromisesNothing(String text) {
        assertThat(NonceCookie.read(nonce(text), 0)).isEmpty();
    }

    /** The bid-down protection rests on this: nobody makes a nonce promise less, or more, than it did. */
    @Test
    void nonceWithOtherFeaturesIsForged() {
        StunMessage nonce = nonce(mint, 0, CLIENT);
        NonceMint other = new NonceMint(KEY, NonceMint.MAX_AGE, EnumSet.allOf(SecurityFeature.class));

        assertThat(other.check(0, CLIENT, nonce, 0)).isEqualTo(Verdict.FORGED);
        String text = NonceCookie.of(EnumSet.allOf(SecurityFeature.class))
                + textOf(nonce).substring(13);
        assertThat(other.check(0, CLIENT, nonce(text), 0)).isEqualTo(Verdict.FORGED);
    }
}
