package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.signaling.net.ProxyHeader.Broken;
import dev.postern.signaling.net.ProxyHeader.Named;
import dev.postern.signaling.net.ProxyHeader.Unfinished;
import java.nio.ByteBuffer;

/** The first bytes of a proxy's connection: the same header comes of them however they come, or none, and never more of them is wanted than a header has. */
class PreambleFuzz {

    @FuzzTest(maxDuration = "10m")
    void headerIsTheSameHoweverItsBytesCome(byte[] input) {
        ByteBuffer whole = ByteBuffer.wrap(input);
        ProxyHeader expected = ProxyHeader.read(whole);
        assertThat(whole.position() > 0)
                .as("a header that is one is taken off: %s", expected)
                .isEqualTo(!(expected instanceof Broken) && !(expected instanceof Unfinished));
        if (input.length >= ProxyHeader.MAX_BYTES) {
            assertThat(expected).isNotInstanceOf(Unfinished.class);
        }
        if (expected instanceof Named named) {
            assertThat(named.client().isUnresolved() || named.server().isUnresolved())
                    .isFalse();
        }
        for (int length = 0; length <= input.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(input, 0, length);
            ProxyHeader header = ProxyHeader.read(part);
            if (!(header instanceof Unfinished)) {
                assertThat(header).isEqualTo(expected);
                assertThat(part.position()).isEqualTo(whole.position());
                return;
            }
        }
        assertThat(expected).isInstanceOf(Unfinished.class);
    }
}
