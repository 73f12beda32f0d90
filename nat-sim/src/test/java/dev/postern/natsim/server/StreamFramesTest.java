package dev.postern.natsim.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.MessageClass;
import dev.postern.stun.Method;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.TransactionId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamFramesTest {

    private final StreamFrames frames = new StreamFrames();

    @Test
    void messagesAreFoundHoweverTheirBytesCome() {
        ByteBuffer stream =
                ByteBuffer.allocate(200).put(request(1)).put(request(2)).flip();
        List<ByteBuffer> found = new ArrayList<>();
        while (stream.hasRemaining()) {
            found.addAll(frames.take(ByteBuffer.wrap(new byte[] {stream.get()})));
        }
        found.addAll(frames.take(
                ByteBuffer.allocate(200).put(request(3)).put(request(4)).flip()));

        assertThat(found).containsExactly(request(1), request(2), request(3), request(4));
        assertThat(frames.isBroken()).isFalse();
    }

    @Test
    void nothingIsFoundAfterWhatIsNoMessage() {
        assertThat(frames.take(ByteBuffer.wrap("GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII))))
                .isEmpty();
        assertThat(frames.isBroken()).isTrue();
        assertThat(frames.take(request(1))).isEmpty();
    }

    private static ByteBuffer request(long number) {
        return new StunEncoder()
                .begin(ByteBuffer.allocate(40), MessageClass.REQUEST, Method.BINDING, TransactionId.of(1, number))
                .finish();
    }
}
