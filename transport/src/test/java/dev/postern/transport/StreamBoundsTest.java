package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of streams that need no socket: who may come in, how much memory, how long. */
class StreamBoundsTest {

    @Nested
    class Admission {

        private final StreamAdmission admission = new StreamAdmission(3, 2);

        private StreamAdmission.Verdict enter(String address) {
            return admission.enter(IpAddress.parse(address));
        }

        @Test
        void refusesTheNextFromOneSourceAndLetsAnotherIn() {
            assertThat(enter("192.0.2.1")).isEqualTo(StreamAdmission.Verdict.ADMITTED);
            assertThat(enter("192.0.2.1")).isEqualTo(StreamAdmission.Verdict.ADMITTED);
            assertThat(enter("192.0.2.1")).isEqualTo(StreamAdmission.Verdict.TOO_MANY_FROM_SOURCE);
            assertThat(enter("192.0.2.2")).isEqualTo(StreamAdmission.Verdict.ADMITTED);
            assertThat(enter("192.0.2.3")).isEqualTo(StreamAdmission.Verdict.TOO_MANY_IN_TOTAL);
            assertThat(admission.total()).isEqualTo(3);
        }

        @Test
        void oneThatLeavesMakesRoomOnce() {
            enter("192.0.2.1");
            enter("192.0.2.1");
            admission.leave(IpAddress.parse("192.0.2.1"));

            assertThat(enter("192.0.2.1")).isEqualTo(StreamAdmission.Verdict.ADMITTED);
            assertThat(enter("192.0.2.1")).isEqualTo(StreamAdmission.Verdict.TOO_MANY_FROM_SOURCE);
        }

        @Test
        void addressesOfOneIpv6NetworkAreOneSource() {
            enter("2001:db8::1");
            enter("2001:db8::2");

            assertThat(enter("2001:db8::3")).isEqualTo(StreamAdmission.Verdict.TOO_MANY_FROM_SOURCE);
            assertThat(enter("2001:db8:0:1::3")).isEqualTo(StreamAdmission.Verdict.ADMITTED);
        }
    }

    @Test
    void memoryThatIsNotThereIsNotTaken() {
        MemoryBudget memory = new MemoryBudget(100);

        assertThat(memory.reserve(100)).isTrue();
        assertThat(memory.reserve(1)).isFalse();
        assertThat(memory.usedBytes()).isEqualTo(100);
        memory.release(1);
        assertThat(memory.isScarce()).isTrue();
        assertThat(memory.reserve(1)).isTrue();
        memory.release(50);
        assertThat(memory.isScarce()).isFalse();
    }

    @Nested
    class Times {

        private static final StreamLimits LIMITS =
                StreamLimits.DEFAULT.withTimeouts(Duration.ofNanos(1000), Duration.ofNanos(100), Duration.ofNanos(300));

        @ParameterizedTest
        @ValueSource(longs = {0, -50, Long.MAX_VALUE - 20})
        void firstFrameIsAwaitedNoLongerThanAnyOther(long start) {
            StreamClock clock = new StreamClock(LIMITS, start);

            assertThat(clock.overdue(start + 100, false, false)).isNull();
            assertThat(clock.overdue(start + 101, false, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_SLOW_FRAME);
        }

        @Test
        void bytesThatTrickleInDoNotExtendTheTimeOfAFrame() {
            StreamClock clock = new StreamClock(LIMITS, 0);
            clock.onRead(10, false, true);
            clock.onRead(200, true, false);
            clock.onRead(290, true, false);

            assertThat(clock.overdue(300, false, false)).isNull();
            assertThat(clock.overdue(301, false, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_SLOW_FRAME);
        }

        @Test
        void frameThatBeginsWhereAnotherEndedHasItsOwnTime() {
            StreamClock clock = new StreamClock(LIMITS, 0);
            clock.onRead(10, true, false);
            clock.onRead(90, true, true);

            assertThat(clock.overdue(190, false, false)).isNull();
            assertThat(clock.overdue(191, false, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_SLOW_FRAME);
        }

        @Test
        void streamWithoutFramesIsIdle() {
            StreamClock clock = new StreamClock(LIMITS, 0);
            clock.onRead(50, false, true);

            assertThat(clock.overdue(1050, false, false)).isNull();
            assertThat(clock.overdue(1051, false, false)).isEqualTo(TransportCounter.STREAMS_CLOSED_IDLE);
        }

        @Test
        void pauseOfOursIsNotTheClientsFault() {
            StreamClock clock = new StreamClock(LIMITS, 0);

            assertThat(clock.overdue(5000, true, false)).isNull();
            clock.onResume(5000);
            assertThat(clock.overdue(5100, false, false)).isNull();
        }

        @Test
        void clientThatTakesNothingIsStalledOnlyWhileSomethingWaits() {
            StreamClock clock = new StreamClock(LIMITS, 0);
            clock.onRead(0, false, true);
            clock.onWriteProgress(100);

            assertThat(clock.overdue(401, false, false)).isNull();
            assertThat(clock.overdue(400, false, true)).isNull();
            assertThat(clock.overdue(401, true, true)).isEqualTo(TransportCounter.STREAMS_CLOSED_STALLED);
        }
    }
}
