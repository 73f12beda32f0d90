package dev.postern.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.Score.Row;
import org.junit.jupiter.api.Test;

class ScoreTest {

    private final Score score = Score.of(SampleResults.all());

    @Test
    void sectionsAreInTheOrderOfTheirNumbers() {
        assertThat(score.rows()).extracting(Row::section).containsExactly("5", "14.2", "14.10");
    }

    @Test
    void caseThatFailedOverOneTransportHasFailed() {
        assertThat(score.rows().get(0)).isEqualTo(new Row(Rfc.RFC_8489, "5", 1, 2, 0, 0, 0, 0));
    }

    @Test
    void whatIsNotOfferedOrSkippedCountsNeitherWay() {
        assertThat(score.rows().get(1)).isEqualTo(new Row(Rfc.RFC_8489, "14.2", 0, 0, 0, 0, 1, 1));
    }

    @Test
    void totalIsTheSumOfTheSections() {
        assertThat(score.total()).isEqualTo(new Row(Rfc.RFC_8489, "total", 1, 2, 0, 1, 1, 1));
    }
}
