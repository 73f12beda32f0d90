package dev.postern.stun.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.stun.IpAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceLimiterTest {

    private static final IpAddress SOURCE = IpAddress.parse("192.0.2.1");
    private static final IpAddress OTHER = IpAddress.parse("192.0.2.2");

    private final SourceLimiter limiter = new SourceLimiter(10, 5, 42);

    private static int granted(SourceLimiter limiter, long nowNanos, IpAddress source, int attempts) {
        int granted = 0;
        for (int i = 0; i < attempts; i++) {
            granted += limiter.tryAcquire(nowNanos, source) ? 1 : 0;
        }
        return granted;
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE - 50_000_000L})
    void burstIsGrantedAndThenTheRateAtAnyTimeOfTheClock(long start) {
        assertThat(granted(limiter, start, SOURCE, 100)).isEqualTo(5);
        assertThat(granted(limiter, start + millis(99), SOURCE, 100)).isZero();
        assertThat(granted(limiter, start + millis(100), SOURCE, 100)).isEqualTo(1);
        assertThat(granted(limiter, start + millis(350), SOURCE, 100)).isEqualTo(2);
        assertThat(granted(limiter, start + millis(3_600_000), SOURCE, 100)).isEqualTo(5);
    }

    @Test
    void overTenSecondsOneSourceGetsItsRateWhateverItAsks() {
        int granted = 0;
        for (long ms = 0; ms < 10_000; ms++) {
            granted += granted(limiter, millis(ms), SOURCE, 10);
        }
        assertThat(granted).isBetween(100, 105);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.2, false",
        "2001:db8::1, 2001:db8::ffff:ffff:ffff:ffff, true",
        "2001:db8::1, 2001:db8:0:1::1, false",
    })
    void sourceIsAnIpv4AddressOrAnIpv6Network(String one, String other, boolean same) {
        assertThat(granted(limiter, 0, IpAddress.parse(one), 6)).isEqualTo(5);

        assertThat(limiter.tryAcquire(0, IpAddress.parse(other))).isEqualTo(!same);
    }

    @Test
    void floodFromOneSourceDeniesNoOther() {
        int denied = 0;
        for (int i = 0; i < 10_000; i++) {
            long now = i * 1000L;
            assertThat(granted(limiter, now, SOURCE, 10)).isLessThanOrEqualTo(5);
            denied += limiter.tryAcquire(now, IpAddress.ofIpv4(0x0A000000 + i)) ? 0 : 1;
        }
        assertThat(denied).isZero();
    }

    /** 100,000 spoofed sources in a second, one request each, and among them a client that asks at its allowed rate. */
    @Test
    void floodFromManySourcesDoesNotDenyACalmOne() {
        int flood = 0;
        int calm = 0;
        for (int i = 0; i < 100_000; i++) {
            long now = i * 10_000L;
            flood += limiter.tryAcquire(now, IpAddress.ofIpv4(i * 0x9E3779B1)) ? 1 : 0;
            if (i % 10_000 == 0) {
                calm += limiter.tryAcquire(now, OTHER) ? 1 : 0;
            }
        }
        assertThat(calm).isEqualTo(10);
        assertThat(flood).as("requests of spoofed sources, each its first").isGreaterThan(90_000);
    }

    @Test
    void rateOutOfRangeIsRefused() {
        assertThatThrownBy(() -> new SourceLimiter(0, 1, 0)).hasMessageContaining("1 to 1000000");
        assertThatThrownBy(() -> new SourceLimiter(1, 0, 0)).hasMessageContaining("1 to 1000000");
        assertThatThrownBy(() -> new SourceLimiter(1_000_001, 1, 0)).hasMessageContaining("1 to 1000000");
    }
}
