package dev.postern.app.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.auth.Lookup;
import dev.postern.stun.auth.StoredKeys;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a webhook may say. */
class ReplyTest {

    private static final StoredKeys KEYS = StoredKeys.of("ann", "example.org", "secret");

    @Test
    void passwordOrKeysMakeAKnownUser() {
        assertThat(read("{\"password\":\"secret\"}")).isEqualTo(new Reply.Known("ann", KEYS, Lookup.NEVER));
        assertThat(read("{\"keys\":\"" + KEYS.toText() + "\",\"quotaUser\":\"family\",\"expiresAt\":1800000000}"))
                .isEqualTo(new Reply.Known("family", KEYS, 1_800_000_000L));
    }

    @Test
    void notFoundIsUnknownAndOtherStatusesAreBroken() {
        assertThat(Reply.of(404, new byte[0], "ann", "example.org")).isEqualTo(new Reply.Unknown());
        assertThat(Reply.of(500, new byte[0], "ann", "example.org")).isEqualTo(new Reply.Broken("status 500"));
        assertThat(Reply.of(302, new byte[0], "ann", "example.org")).isInstanceOf(Reply.Broken.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "[]",
                "{}",
                "{\"password\":\"\"}",
                "{\"password\":7}",
                "{\"password\":\"se\\u0007cret\"}",
                "{\"keys\":\"secret\"}",
                "{\"keys\":{}}",
                "{\"password\":\"secret\",\"keys\":\"md5:00\"}",
                "{\"password\":\"secret\",\"quotaUser\":\"\"}",
                "{\"password\":\"secret\",\"expiresAt\":\"secret\"}",
                "{\"password\":\"secret\",\"admin\":true}",
                "{\"password\":\"secret\"}{}"
            })
    void anythingElseIsBrokenAndItsSentenceSaysNothingOfIt(String body) {
        Reply reply = read(body);
        assertThat(reply).isInstanceOf(Reply.Broken.class);
        assertThat(((Reply.Broken) reply).sentence()).doesNotContain("secret");
    }

    private static Reply read(String body) {
        return Reply.of(200, body.getBytes(StandardCharsets.UTF_8), "ann", "example.org");
    }
}
