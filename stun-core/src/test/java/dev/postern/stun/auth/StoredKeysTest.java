package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredKeysTest {

    private static final String MD5 = "md5:8493fbc53ba582fb4c044c456bdc40eb"; // RFC 5389 section 15.4: user:realm:pass
    private static final String SHA256 = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    /** The example of RFC 5389 section 15.4, which RFC 8489 section 9.2.2 gives as well. */
    @Test
    void keysOfTheRfcsExampleAreWrittenAsHex() {
        assertThat(StoredKeys.of("user", "realm", "pass").toText()).startsWith(MD5 + ",sha256:");
    }

    @ParameterizedTest
    @ValueSource(strings = {MD5, SHA256, MD5 + "," + SHA256})
    void textIsReadBackAsItWasWritten(String text) {
        StoredKeys keys = StoredKeys.parse(text);

        assertThat(keys).isNotNull();
        assertThat(keys == null ? "" : keys.toText()).isEqualTo(text);
        assertThat(keys).hasToString("StoredKeys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "secret",
                "md5:",
                "md5:8493fbc53ba582fb4c044c456bdc40e",
                MD5 + ",",
                "," + SHA256,
                MD5 + SHA256,
                SHA256 + "," + MD5,
                MD5 + "," + MD5,
                MD5 + "\n",
                " " + MD5,
            })
    void everyOtherTextIsAPassword(String text) {
        assertThat(StoredKeys.parse(text)).isNull();
    }

    @Test
    void algorithmWithoutAKeyHasNone() {
        StoredKeys keys = StoredKeys.parse(MD5);

        assertThat(keys == null ? null : keys.key(PasswordAlgorithm.MD5))
                .isEqualTo(LongTermKey.of(PasswordAlgorithm.MD5, "user", "realm", "pass"));
        assertThat(keys == null ? null : keys.key(PasswordAlgorithm.SHA_256)).isNull();
    }
}
