package dev.postern.signaling.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowancesTest {

    private static final int PER_SECOND = 2;
    private static final int BURST = PER_SECOND * Allowances.BURST_SECONDS;

    private final Allowances allowances = new Allowances(PER_SECOND, 1);

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1, Long.MIN_VALUE})
    void aNameThatIsUsedUpIsRememberedHoweverManyOthersCome(long start) {
        assertThat(emptied(start, "ann")).isEqualTo(BURST);
        for (int i = 0; i < 4 * Allowances.MAX; i++) {
            takeOne(start, "other " + i);
            if (i % 1_000 == 0) {
                assertThat(emptied(start, "ann")).isZero();
            }
        }
        assertThat(allowances.size()).isLessThanOrEqualTo(Allowances.MAX);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 1})
    void namesThatWereNotUsedForABurstAreForgottenAsOthersCome(long start) {
        for (int i = 0; i < 1_000; i++) {
            takeOne(start, "early " + i);
        }
        long later = start + Duration.ofSeconds(Allowances.BURST_SECONDS).toNanos();
        for (int i = 0; i < 600; i++) {
            takeOne(later, "late " + i);
        }
        assertThat(allowances.size()).isEqualTo(600);
    }

    private void takeOne(long now, String name) {
        assertThat(allowances.of(now, name).messages().take(now)).isTrue();
    }

    private int emptied(long now, String name) {
        int taken = 0;
        while (allowances.of(now, name).messages().take(now)) {
            taken++;
        }
        return taken;
    }
}
