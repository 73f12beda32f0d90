package dev.postern.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFramingTest {

    private static final int MAX = 2048;

    private static ByteBuffer stream() {
        ByteBuffer stream = Wire.dirty(1024);
        new StunEncoder()
                .begin(stream, MessageClass.REQUEST, Method.BINDING, TransactionId.of(1, 2))
                .u32(AttributeType.PRIORITY, 1)
                .finish();
        stream.position(stream.limit()).limit(stream.capacity());
        stream.put(Wire.hex("4001 0005 68656c6c 6f 000000")); // "hello", padded
        stream.put(Wire.hex("4002 0000"));
        stream.put(Wire.vector("rfc5769-2.1-request"));
        return stream.flip();
    }

    @Test
    void rfc8489_004_framesAreCutAtTheSameBytesHoweverTheStreamArrives() {
        ByteBuffer whole = stream();
        List<Integer> expected = List.of(28, 12, 4, 108);
        for (int step = 1; step <= whole.limit(); step++) {
            assertThat(framesArrivingBy(step)).as("in steps of %d", step).isEqualTo(expected);
        }
    }

    private static List<Integer> framesArrivingBy(int step) {
        ByteBuffer stream = stream();
        int end = stream.limit();
        stream.limit(0);
        List<Integer> frames = new ArrayList<>();
        while (stream.limit() < end) {
            stream.limit(Math.min(end, stream.limit() + step));
            int length = StreamFraming.frameLength(stream, MAX);
            while (length > 0) {
                frames.add(length);
                stream.position(stream.position() + length);
                length = StreamFraming.frameLength(stream, MAX);
            }
            assertThat(length).isEqualTo(StreamFraming.NEED_MORE);
        }
        assertThat(stream.hasRemaining()).isFalse();
        return frames;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "16", // TLS
                "47455420", // "GET "
                "80", // RTP
                "ff",
                "00010001", // length is no multiple of 4
                "00010004 2112a443", // no cookie
            })
    void whatIsNoMessageIsInvalidAsSoonAsItShows(String bytes) {
        assertThat(StreamFraming.frameLength(Wire.hex(bytes), MAX)).isEqualTo(StreamFraming.INVALID);
    }

    /** RFC 8656 gave these numbers up; a server that drops their messages must still find the ones behind them. */
    @ParameterizedTest
    @ValueSource(strings = {"40000001 2a000000", "4fff0001 2a000000", "50000001 2a000000", "7fff0001 2a000000"})
    void channelNumbersOfRfc5766AreFramedAsAllAre(String bytes) {
        assertThat(StreamFraming.frameLength(Wire.hex(bytes), MAX)).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({
        "00010014 2112a442, 40",
        "00010014, 40",
        "40000024, 40",
        "40000021, 40",
    })
    void frameThatIsLargerThanAllowedIsInvalidBeforeItsBytesArrive(String bytes, int frameBytes) {
        assertThat(StreamFraming.frameLength(Wire.hex(bytes), frameBytes)).isEqualTo(StreamFraming.NEED_MORE);
        assertThat(StreamFraming.frameLength(Wire.hex(bytes), frameBytes - 1)).isEqualTo(StreamFraming.INVALID);
    }

    @Test
    void nothingAtAllNeedsMore() {
        assertThat(StreamFraming.frameLength(ByteBuffer.allocate(0), MAX)).isEqualTo(StreamFraming.NEED_MORE);
    }
}
