package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void medianOfAnOddNumberIsTheOneInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 4.0))).isEqualTo(new Spread(1, 4, 9));
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(9.0, 1.0, 4.0, 6.0))).isEqualTo(new Spread(1, 5, 9));
    }

    @Test
    void medianOfNothingIsAnError() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    /** The machine was slow in the second repeat, for both: the pairs agree although the figures do not. */
    @Test
    void ratiosArePairByPair() {
        assertThat(Spread.ratios(List.of(3.0, 9.0), List.of(2.0, 6.0))).containsExactly(1.5, 1.5);
    }

    @Test
    void pairWithoutAFigureIsLeftOut() {
        assertThat(Spread.ratios(List.of(0.0, 9.0, 1.0), List.of(2.0, 0.0, 2.0)))
                .containsExactly(0.5);
        assertThat(Spread.ratios(List.of(1.0, 2.0), List.of(1.0))).containsExactly(1.0);
    }

    @Test
    void everySecondRepeatTurnsTheOrderRound() {
        List<String> servers = List.of("a", "b", "c");
        assertThat(InterleavedRun.inTurn(servers, 0)).containsExactly("a", "b", "c");
        assertThat(InterleavedRun.inTurn(servers, 1)).containsExactly("c", "b", "a");
        assertThat(InterleavedRun.inTurn(servers, 2)).containsExactly("a", "b", "c");
    }
}
