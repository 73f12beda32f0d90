package dev.postern.stun.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentNamesTest {

    private final RecentNames names = new RecentNames();

    @Test
    void nameThatComesAgainIsTheSameObject() {
        assertThat(text("alice")).isEqualTo("alice").isSameAs(text("alice"));
    }

    /** Far more names than there are slots, so that most of them meet another one in theirs. */
    @Test
    void eachNameIsItsOwnWhateverCameBefore() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5000; i++) {
                String name = "1800000000:user" + i * 7919;
                assertThat(text(name)).isEqualTo(name);
            }
        }
    }

    @Test
    void namesBeyondAsciiAreReadAsTheyAre() {
        for (String name :
                new String[] {"", "é", "\u00e9t\u00e9", "\ud83d\ude00", "a".repeat(64), "a".repeat(65), "a".repeat(508)
                }) {
            assertThat(text(name)).isEqualTo(name);
            assertThat(text(name)).isEqualTo(name);
        }
        assertThat(text("i")).isEqualTo("i"); // 0x69, and the bytes of é are 0xC3 0xA9
    }

    @Test
    void bytesThatAreNoUtf8AreNoName() {
        assertThat(text(new byte[] {(byte) 0xE9})).isNull();
        assertThat(text(new byte[] {(byte) 0xE9})).isNull();
    }

    private @Nullable String text(String name) {
        return text(name.getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable String text(byte[] name) {
        ByteBuffer request = new StunEncoder()
                .begin(ByteBuffer.allocate(1024), MessageClass.REQUEST, Method.ALLOCATE, TransactionId.of(1, 2))
                .bytes(AttributeType.USERNAME, name)
                .finish();
        StunMessage message = new StunMessage();
        message.decode(request);
        return names.text(message, 0);
    }
}
