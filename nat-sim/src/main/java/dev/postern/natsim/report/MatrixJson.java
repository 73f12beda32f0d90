package dev.postern.natsim.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a matrix as the page reads it: what came of each cell over all seeds, and which runs are shown of it. */
final class MatrixJson {

    private static final double MEDIAN = 0.5;
    private static final double SLOWEST_TWENTIETH = 0.95;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Json json;
    private final int maxRuns;
    private int runs;

    MatrixJson(Json json, int maxRuns) {
        this.json = json;
        this.maxRuns = maxRuns;
    }

    void write(Matrix matrix) {
        json.open('{');
        json.name("rowsAre").value(matrix.rowsAre()).name("columnsAre").value(matrix.columnsAre());
        json.name("rows").values(matrix.rows()).name("columns").values(matrix.columns());
        json.name("cells").open('[');
        matrix.cells().forEach(this::cell);
        json.close(']').close('}');
    }

    private void cell(Matrix.Cell cell) {
        List<Matrix.Attempt> attempts = cell.attempts();
        Map<String, Integer> outcomes = new LinkedHashMap<>();
        attempts.forEach(attempt -> outcomes.merge(attempt.outcome(), 1, Integer::sum));
        json.open('{').name("expected").value(cell.expected());
        json.name("attempts").value(attempts.size());
        json.name("asExpected")
                .value(attempts.stream().filter(Matrix.Attempt::asExpected).count());
        json.name("outcomes").open('[');
        outcomes.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(entry -> json.open('[')
                        .value(entry.getKey())
                        .value(entry.getValue())
                        .close(']'));
        json.close(']');
        double[] millis = attempts.stream()
                .mapToDouble(Matrix.Attempt::connectingMillis)
                .sorted()
                .toArray();
        json.name("medianMicros").value(micros(millis, MEDIAN));
        json.name("p95Micros").value(micros(millis, SLOWEST_TWENTIETH));
        json.name("runs").open('[');
        for (int i = 0; i < cell.runs().size() && runs < maxRuns; i++) {
            json.value(runs++);
        }
        json.close(']').close('}');
    }

    /** The smallest value that at least the given share of the values does not exceed, in microseconds. */
    private static long micros(double[] sorted, double share) {
        int index = (int) Math.ceil(share * sorted.length) - 1;
        return Math.round(sorted[Math.max(0, index)] * MICROS_PER_MILLI);
    }
}
