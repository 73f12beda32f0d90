package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The times of a client's stream that is joined to a peer's connection, moved by hand. */
class SpliceClockTest {

    private static final StreamLimits LIMITS = StreamLimits.DEFAULT
            .withTimeouts(Duration.ofNanos(1000), Duration.ofNanos(1), Duration.ofNanos(300))
            .withPeers(new PeerStreamLimits(1, Duration.ofNanos(50)));

    private static @Nullable TransportCounter open(
            SpliceClock clock, long nowNanos, long mayMoveNanos, boolean ending) {
        return clock.overdue(nowNanos, mayMoveNanos, ending, true);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 20})
    void silenceIsIdleOrAStallAndBytesThatMoveBeginAnew(long start) {
        SpliceClock clock = new SpliceClock(LIMITS, start);
        clock.onProgress(start + 10);

        assertThat(open(clock, start + 1010, start, false)).isNull();
        assertThat(open(clock, start + 1011, start, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_IDLE);
        assertThat(open(clock, start + 310, start, true)).isNull();
        assertThat(open(clock, start + 311, start, true)).isEqualTo(TransportCounter.STREAMS_CLOSED_STALLED);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 20})
    void pauseOfOursIsNoSilence(long start) {
        SpliceClock clock = new SpliceClock(LIMITS, start);

        assertThat(open(clock, start + 1500, start + 600, false)).isNull();
        assertThat(open(clock, start + 1601, start + 600, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_IDLE);
    }

    /** A reader that takes a byte now and then keeps nothing alive that has been closed. */
    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 20})
    void graceOfOneThatIsClosedIsNotProlongedByBytesThatMove(long start) {
        SpliceClock clock = new SpliceClock(LIMITS, start);
        clock.onClose(start + 100);
        clock.onProgress(start + 149);
        clock.onClose(start + 149);

        assertThat(clock.isClosing()).isTrue();
        assertThat(clock.overdue(start + 150, start + 600, true, false)).isNull();
        assertThat(clock.overdue(start + 151, start + 600, true, false)).isEqualTo(TransportCounter.PEER_STREAMS_RESET);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -50, Long.MAX_VALUE - 20})
    void thereIsNoGraceWhileMemoryIsScarce(long start) {
        SpliceClock clock = new SpliceClock(LIMITS, start);
        assertThat(clock.overdue(start, start, false, true)).isNull();
        clock.onClose(start);

        assertThat(clock.overdue(start, start, false, true)).isEqualTo(TransportCounter.PEER_STREAMS_RESET);
    }
}
