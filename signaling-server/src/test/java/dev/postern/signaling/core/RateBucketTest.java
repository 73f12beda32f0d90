package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateBucketTest {

    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000L})
    void theBurstComesAtOnceAndTheRestAtTheRate(long start) {
        RateBucket bucket = new RateBucket(start, 10, 3);
        assertThat(take(bucket, start, 10)).isEqualTo(3);
        assertThat(bucket.nanosUntilToken(start)).isEqualTo(TENTH);
        assertThat(take(bucket, start + TENTH - 1, 10)).isZero();
        assertThat(take(bucket, start + TENTH, 10)).isEqualTo(1);
        assertThat(take(bucket, start + 3 * TENTH, 10)).isEqualTo(2);
        assertThat(take(bucket, start + 1_000 * TENTH, 10)).isEqualTo(3);
        assertThat(bucket.nanosUntilToken(start + 2_000 * TENTH)).isZero();
    }

    private static int take(RateBucket bucket, long now, int attempts) {
        int taken = 0;
        for (int i = 0; i < attempts; i++) {
            taken += bucket.take(now) ? 1 : 0;
        }
        return taken;
    }
}
