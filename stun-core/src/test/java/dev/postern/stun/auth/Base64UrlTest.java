package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base64UrlTest {

    private final Random random = new Random(6);

    @Test
    void writesWhatTheJdkWritesAndReadsItBack() {
        for (int length = 0; length < 60; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            byte[] expected = Base64.getUrlEncoder().withoutPadding().encode(bytes);
            byte[] text = new byte[3 + expected.length];
            Base64Url.encode(bytes, text, 3);
            assertThat(new String(text, 3, expected.length, StandardCharsets.US_ASCII))
                    .isEqualTo(new String(expected, StandardCharsets.US_ASCII));
            byte[] read = new byte[length];
            assertThat(Base64Url.decode(text, 3, read)).isTrue();
            assertThat(read).isEqualTo(bytes);
        }
    }

    @Test
    void refusesCharactersOfOtherAlphabets() {
        for (int other : new int[] {'+', '/', '=', ' ', 0, 0x80, 0xFF}) {
            byte[] text = {'A', 'A', 'A', (byte) other};
            assertThat(Base64Url.decode(text, 0, new byte[3])).as("0x%x", other).isFalse();
        }
    }

    @Test
    void refusesBitsBehindTheLastByte() {
        assertThat(Base64Url.decode(new byte[] {'A', 'A'}, 0, new byte[1])).isTrue();
        assertThat(Base64Url.decode(new byte[] {'A', 'B'}, 0, new byte[1])).isFalse();
        assertThat(Base64Url.decode(new byte[] {'A', 'A', 'B'}, 0, new byte[2])).isFalse();
    }
}
