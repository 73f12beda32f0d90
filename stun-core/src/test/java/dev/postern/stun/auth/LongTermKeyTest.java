package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LongTermKeyTest {

    /** The example of RFC 8489 section 9.2.2. */
    @Test
    void rfc8489_036_md5KeyIsTheDigestOfUserRealmAndPassword() {
        assertThat(hex(LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "pass")))
                .isEqualTo("8493fbc53ba582fb4c044c456bdc40eb");
    }

    @Test
    void rfc8489_036_sha256KeyIsTheLongerDigestOfTheSame() {
        assertThat(hex(LongTermKey.of(PasswordAlgorithm.SHA_256, "user", "realm", "pass")))
                .isEqualTo("07e934117abd40836e7c6329b54731b2b2d2a5f9a71f544922d75e0730d8251b");
    }

    @Test
    void rfc8489_036_realmAndPasswordArePreparedSoThatTheirWritingDoesNotMatter() {
        LongTermKey composed = LongTermKey.of(PasswordAlgorithm.MD5, "user", "r\u00E9alm", "caf\u00E9 noir");
        LongTermKey decomposed = LongTermKey.of(PasswordAlgorithm.MD5, "user", "re\u0301alm", "cafe\u0301\u00A0noir");

        assertThat(decomposed).isEqualTo(composed).hasSameHashCodeAs(composed);
        assertThat(composed).isNotEqualTo(LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "cafe noir"));
    }

    @Test
    void keyDoesNotShowItself() {
        LongTermKey key = LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "pass");

        assertThat(key).hasToString("LongTermKey");
    }

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "two words, two words",
        "a\u00A0b, a b",
        "a\u3000b, a b",
        "e\u0301, \u00E9",
        "\u2168, \u2168", // ROMAN NUMERAL NINE stays: NFC, not NFKC
        "\u65E5\u672C, \u65E5\u672C",
        "\uD83D\uDE00, \uD83D\uDE00",
        "Stra\u00DFe, Stra\u00DFe",
    })
    void opaqueStringComposesAndMapsSpacesAndKeepsTheRest(String text, String prepared) {
        assertThat(OpaqueString.prepare(text)).isEqualTo(prepared);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\u0000b",
                "a\nb",
                "a\u007F",
                "a\u0085b",
                "The\u00ADMatrix", // SOFT HYPHEN, ignored by default
                "a\u200Bb", // ZERO WIDTH SPACE
                "a\uFE0Fb",
                "a\u034Fb",
                "\u1100",
                "\uE000",
                "\uD800",
                "\uFFFF",
                "\u0378", // unassigned
                "\u2028",
                "a\u0640", // ARABIC TATWEEL, an exception of RFC 5892
                "\u303B",
            })
    void opaqueStringRefusesWhatHasNoPlaceInAPassword(String text) {
        assertThatThrownBy(() -> OpaqueString.prepare(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("credential");
    }

    private static String hex(LongTermKey key) {
        return HexFormat.of().formatHex(key.bytes());
    }
}
