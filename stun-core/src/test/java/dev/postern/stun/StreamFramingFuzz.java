package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sends bytes down a stream, in one piece and in many. The first byte says how they are cut. */
class StreamFramingFuzz {

    private static final int MAX_FRAME = 2048;

    /** The frames that were found, and whether the stream is broken behind them. */
    private record Found(List<ByteBuffer> frames, boolean broken) {}

    @FuzzTest(maxDuration = "10m")
    void framesAreTheSameHoweverTheStreamIsCut(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ByteBuffer stream = ByteBuffer.wrap(input, 1, input.length - 1);
        Found whole = read(stream, stream.remaining());

        assertThat(read(stream, 1 + (input[0] & 0x3F))).isEqualTo(whole);
        int taken = whole.frames.stream().mapToInt(ByteBuffer::remaining).sum();
        assertThat(taken).isLessThanOrEqualTo(stream.remaining());
        whole.frames.forEach(StreamFramingFuzz::checkFrame);
    }

    /** Reads as a connection does: so many bytes more each time, and all frames that are there. */
    private static Found read(ByteBuffer stream, int step) {
        List<ByteBuffer> frames = new ArrayList<>();
        ByteBuffer seen = stream.duplicate().limit(stream.position());
        while (seen.limit() < stream.limit()) {
            seen.limit(Math.min(stream.limit(), seen.limit() + step));
            int size = StreamFraming.frameLength(seen, MAX_FRAME);
            while (size > 0) {
                frames.add(seen.slice(seen.position(), size));
                seen.position(seen.position() + size);
                size = StreamFraming.frameLength(seen, MAX_FRAME);
            }
            if (size == StreamFraming.INVALID) {
                return new Found(frames, true);
            }
            assertThat(seen.remaining()).as("bytes that wait").isLessThan(MAX_FRAME);
        }
        return new Found(frames, false);
    }

    private static void checkFrame(ByteBuffer frame) {
        assertThat(frame.remaining() % 4).as("padded").isZero();
        if (ChannelData.isFramedAs(frame.get(frame.position()))) {
            assertThat(ChannelData.HEADER_BYTES + ChannelData.payloadLength(frame))
                    .isBetween(frame.remaining() - 3, frame.remaining());
        } else {
            assertThat(frame.remaining()).isGreaterThanOrEqualTo(StunMessage.HEADER_BYTES);
            new StunMessage().decode(frame);
        }
    }
}
