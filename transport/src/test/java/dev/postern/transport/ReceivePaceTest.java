package dev.postern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceivePaceTest {

    private final ReceivePace pace = new ReceivePace(16);
    private long round;
    private int waiting;
    private int calls;

    /** One round of a socket that so many more datagrams have come to. */
    private boolean round(int arriving) {
        round++;
        waiting += arriving;
        if (waiting == 0) {
            return false; // the selector does not tell of it
        }
        int wanted = pace.wanted();
        int count = Math.min(wanted, waiting);
        calls += count < wanted ? count + 1 : count;
        waiting -= count;
        return pace.received(round, count);
    }

    @Test
    void datagramsThatComeOneByOneCostOneCallEach() {
        for (int i = 0; i < 1_000; i++) {
            round(1);
            round(0);
        }
        assertThat(calls).isEqualTo(1_000);
    }

    @Test
    void oneInEveryRoundSeldomCostsASecondCall() {
        for (int i = 0; i < 1_000; i++) {
            round(1);
        }
        assertThat(calls).isLessThan(1_350);
        assertThat(waiting).isZero();
    }

    @Test
    void backlogIsTakenInFullRounds() {
        waiting = 1_000;
        for (int i = 0; i < 100; i++) {
            round(0);
        }
        assertThat(waiting).isZero();
        assertThat(calls).isLessThan(1_010);
        assertThat(round).isGreaterThan(62);
    }

    @Test
    void neverMoreThanItsShare() {
        waiting = 100_000;
        for (int i = 0; i < 1_000; i++) {
            round(0);
            assertThat(pace.wanted()).isBetween(1, 16);
        }
        assertThat(pace.wanted()).isEqualTo(16);
    }

    @Test
    void saysThatThereMayBeMoreAfterTheSecondRoundOfABurst() {
        waiting = 10;
        assertThat(round(0)).isFalse();
        assertThat(round(0)).isFalse();
        assertThat(round(0)).isTrue();
        assertThat(round(0)).isTrue();
        assertThat(waiting).isEqualTo(4);
    }
}
