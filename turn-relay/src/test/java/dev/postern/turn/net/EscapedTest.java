package dev.postern.turn.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** S31: no username ends a log line, moves the cursor or turns the text around. */
class EscapedTest {

    @Test
    void s31_controlAndFormatCharactersAreEscaped() {
        assertThat(Escaped.text("ann\r\nINFO forged \u001B[31mred\u001B[0m"))
                .isEqualTo("ann\\u000d\\u000aINFO forged \\u001b[31mred\\u001b[0m");
        assertThat(Escaped.text("a\u202Eb\u2028c\u0085d\u200Be")).isEqualTo("a\\u202eb\\u2028c\\u0085d\\u200be");
        assertThat(Escaped.text("\\u000a")).as("what looks escaped").isEqualTo("\\u005cu000a");
    }

    @Test
    void plainTextOfAnyScriptStaysAsItIs() {
        assertThat(Escaped.text("1700000000:Zoë 田中")).isEqualTo("1700000000:Zoë 田中");
    }
}
