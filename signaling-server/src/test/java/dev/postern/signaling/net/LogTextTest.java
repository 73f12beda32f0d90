package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {

    /** Security case 25. */
    @Test
    void whatCouldForgeOrSteerALogIsEscaped() {
        assertThat(LogText.of("room-1 ok")).isEqualTo("room-1 ok");
        assertThat(LogText.of("a\r\nINFO b")).isEqualTo("a\\u000d\\u000aINFO b");
        assertThat(LogText.of("\u001b[31m")).isEqualTo("\\u001b[31m");
        assertThat(LogText.of("${jndi:ldap://x}")).isEqualTo("\\u0024{jndi:ldap://x}");
        assertThat(LogText.of("a\"b\\c%d")).isEqualTo("a\\u0022b\\u005cc\\u0025d");
        assertThat(LogText.of("Küche\u202E")).isEqualTo("K\\u00fcche\\u202e");
    }

    @Test
    void aMessageMayBeLongerThanAName() {
        String text = LogText.ofMessage("x".repeat(1_000) + "\n");
        assertThat(text).hasSize(403).doesNotContain("\n");
    }

    @Test
    void aLongTextIsCut() {
        assertThat(LogText.of("x".repeat(1_000))).hasSize(83).endsWith("...");
        assertThat(LogText.of("\n".repeat(1_000))).hasSizeLessThan(90).endsWith("...");
    }
}
