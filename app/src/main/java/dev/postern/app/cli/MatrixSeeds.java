package dev.postern.app.cli;

import dev.postern.natsim.NatPreset;
import dev.postern.natsim.ice4j.MatrixCell;
import dev.postern.natsim.ice4j.MatrixResult;
import dev.postern.natsim.oracle.Outcome;
import dev.postern.natsim.report.Matrix;
import dev.postern.natsim.report.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The results of one matrix with several seeds. Of each pair it keeps the record of the first run and of those that came otherwise. */
final class MatrixSeeds {

    private static final int MAX_RECORDS = 4;
    private static final double NANOS_PER_MILLI = 1e6;

    /** A pair with all its runs. */
    private static final class Pair {
        private final List<MatrixCell> runs = new ArrayList<>();
        private final List<Matrix.Attempt> attempts = new ArrayList<>();
        private final List<RunRecord> records = new ArrayList<>();

        void add(long seed, MatrixCell cell) {
            attempts.add(new Matrix.Attempt(
                    seed,
                    cell.observed().label(),
                    cell.agrees(),
                    cell.connecting().toNanos() / NANOS_PER_MILLI));
            boolean told =
                    runs.stream().anyMatch(run -> run.observed() == cell.observed() && run.agrees() == cell.agrees());
            RunRecord record = cell.record();
            if (record != null && !told && records.size() < MAX_RECORDS) {
                records.add(record);
            }
            runs.add(cell.with(null));
        }

        private List<Outcome> outcomes() {
            return runs.stream().map(MatrixCell::observed).distinct().toList();
        }

        private Stream<String> trouble() {
            long wrong = runs.stream().filter(run -> !run.agrees()).count();
            if (wrong == 0 && outcomes().size() == 1) {
                return Stream.empty();
            }
            MatrixCell first = runs.get(0);
            return Stream.of(first.controlling().label() + " against "
                    + first.controlled().label() + ": "
                    + String.join(
                            ", ",
                            outcomes().stream()
                                    .map(outcome -> outcome.label() + " " + count(outcome))
                                    .toList())
                    + "; not as predicted: " + wrong);
        }

        private long count(Outcome outcome) {
            return runs.stream().filter(run -> run.observed() == outcome).count();
        }
    }

    private final List<NatPreset> rows;
    private final List<NatPreset> columns;
    private final List<Pair> pairs;

    MatrixSeeds(List<NatPreset> rows, List<NatPreset> columns) {
        this.rows = rows;
        this.columns = columns;
        this.pairs = IntStream.range(0, rows.size() * columns.size())
                .mapToObj(i -> new Pair())
                .toList();
    }

    /** Takes the result with one seed. */
    void add(long seed, MatrixResult result) {
        for (int i = 0; i < pairs.size(); i++) {
            pairs.get(i).add(seed + i, result.cells().get(i));
        }
    }

    boolean agrees() {
        return pairs.stream().flatMap(pair -> pair.runs.stream()).allMatch(MatrixCell::agrees);
    }

    /** How many runs came out as predicted, and a line for each pair that was not steady or not as predicted. */
    String summary() {
        long runs = pairs.stream().mapToLong(pair -> pair.runs.size()).sum();
        long right = pairs.stream()
                .flatMap(pair -> pair.runs.stream())
                .filter(MatrixCell::agrees)
                .count();
        List<String> trouble = pairs.stream().flatMap(Pair::trouble).toList();
        return right + " of " + runs + " runs came out as predicted"
                + (trouble.isEmpty() ? ", each pair alike with every seed" : "") + "\n"
                + trouble.stream().map(line -> line + "\n").reduce("", String::concat);
    }

    /** For a report. Only when every result had records. */
    Matrix matrix() {
        return new Matrix(
                "the NAT of the controlling agent, A",
                "the NAT of the controlled agent, B",
                rows.stream().map(NatPreset::label).toList(),
                columns.stream().map(NatPreset::label).toList(),
                pairs.stream()
                        .map(pair -> new Matrix.Cell(pair.runs.get(0).expected().label(), pair.attempts, pair.records))
                        .toList());
    }
}
