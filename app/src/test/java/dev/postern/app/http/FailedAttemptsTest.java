package dev.postern.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.IpAddress;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Security case 29: how often a token may be guessed. */
class FailedAttemptsTest {

    private static final long INTERVAL =
            Duration.ofSeconds(FailedAttempts.INTERVAL_SECONDS).toNanos();
    private static final IpAddress GUESSER = IpAddress.parse("192.0.2.1");

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void s29_wrongTokensAreLookedAtInABurstAndThenOnceAnInterval(long start) {
        FailedAttempts failures = new FailedAttempts(start, 7);
        for (int i = 0; i < FailedAttempts.BURST; i++) {
            assertThat(failures.isBlocked(start, GUESSER)).as("attempt " + i).isFalse();
            failures.failed(start, GUESSER);
        }
        assertThat(failures.isBlocked(start, GUESSER)).isTrue();
        assertThat(failures.isBlocked(start + INTERVAL - 1, GUESSER)).isTrue();
        assertThat(failures.isBlocked(start + INTERVAL, GUESSER)).isFalse();
        failures.failed(start + INTERVAL, GUESSER);
        assertThat(failures.isBlocked(start + INTERVAL, GUESSER)).isTrue();
        assertThat(failures.isBlocked(start + INTERVAL, IpAddress.parse("192.0.2.2")))
                .isFalse();
    }
}
