package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {

    private static final int ROUNDS = 3000;
    private static final long ROUND_NANOS = 500_000;

    private final WarmUp warmUp = new WarmUp();

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - ROUNDS * ROUND_NANOS / 2, Long.MIN_VALUE})
    void eachRoundIsACallFromItsFirstRequestToItsEndWhereverTheClockStands(long start) {
        for (int i = 0; i < ROUNDS; i++) {
            warmUp.round(start + i * ROUND_NANOS);
        }

        assertThat(warmUp.count(TurnCounter.AUTH_CHALLENGES)).isEqualTo(ROUNDS);
        assertThat(warmUp.count(TurnCounter.ALLOCATIONS_OPENED)).isEqualTo(ROUNDS);
        assertThat(warmUp.count(TurnCounter.ALLOCATIONS_ENDED_REFRESH)).isEqualTo(ROUNDS);
        assertThat(warmUp.count(TurnCounter.PACKETS_TO_PEERS)).isEqualTo(9 * ROUNDS);
        assertThat(warmUp.count(TurnCounter.PACKETS_TO_CLIENTS)).isEqualTo(9 * ROUNDS);
        assertThat(warmUp.count(TurnCounter.REQUESTS)).isEqualTo(6 * ROUNDS);
    }

    @Test
    void nothingIsRefusedOrLeft() {
        for (int i = 0; i < ROUNDS; i++) {
            warmUp.round(i * ROUND_NANOS);
        }

        for (TurnCounter counter : TurnCounter.values()) {
            String name = counter.name();
            if (name.startsWith("REFUSED")
                    || name.startsWith("AUTH_FAILED")
                    || name.startsWith("DROPPED")
                    || name.startsWith("LIMITED")) {
                assertThat(warmUp.count(counter)).as(name).isZero();
            }
        }
        assertThat(warmUp.count(TurnCounter.ALLOCATIONS_ACTIVE)).isZero();
    }
}
