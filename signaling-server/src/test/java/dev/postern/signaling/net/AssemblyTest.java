package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AssemblyTest {

    private final Assembly assembly = new Assembly(10_000);

    @Test
    void fragmentsMakeOneText() {
        assembly.begin(true);
        assertThat(assembly.add(bytes("Kü"))).isTrue();
        assertThat(assembly.add(null)).isTrue();
        assertThat(assembly.add(bytes("che"))).isTrue();
        assertThat(assembly.length()).isEqualTo(6);
        assertThat(assembly.takeText()).isEqualTo("Küche");
        assertThat(assembly.length()).isZero();
    }

    @Test
    void theBoundIsExact() {
        assembly.begin(true);
        assertThat(assembly.add(bytes("x".repeat(9_999)))).isTrue();
        assertThat(assembly.add(bytes("xx"))).isFalse();
        assertThat(assembly.add(bytes("x"))).isTrue();
        assertThat(assembly.takeText()).hasSize(10_000);
    }

    @Test
    void aReplacementCharacterThatWasSentIsTextAndOneThatStandsForRubbishIsNot() {
        assembly.begin(true);
        assembly.add(bytes("a\uFFFDb"));
        assertThat(assembly.takeText()).isEqualTo("a\uFFFDb");
        assembly.begin(true);
        assembly.add(ByteBuffer.wrap(new byte[] {'a', (byte) 0x80, 'b'}));
        assertThat(assembly.takeText()).isNull();
        assembly.begin(true);
        assembly.add(ByteBuffer.wrap(new byte[] {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD, (byte) 0xC3}));
        assertThat(assembly.takeText()).isNull();
    }

    @Test
    void aNewMessageForgetsTheLast() {
        assembly.begin(true);
        assembly.add(bytes("one"));
        assembly.begin(false);
        assembly.add(bytes("two"));
        assertThat(assembly.isText()).isFalse();
        assertThat(assembly.takeText()).isEqualTo("two");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
