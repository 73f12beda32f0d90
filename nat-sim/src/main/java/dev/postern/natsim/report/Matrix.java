package dev.postern.natsim.report;

import java.util.List;

/**
 * Runs of every row against every column, each with one seed or several.
 *
 * @param rowsAre what the rows are, such as {@code the NAT of the controlling agent}
 * @param columnsAre what the columns are
 * @param rows the names of the rows
 * @param columns the names of the columns
 * @param cells one for each row and column, row by row
 */
public record Matrix(String rowsAre, String columnsAre, List<String> rows, List<String> columns, List<Cell> cells) {

    /**
     * One pair.
     *
     * @param expected the outcome that was predicted, in a word
     * @param attempts what came of each seed
     * @param runs the records that are kept of the attempts, at least one: the first, and those that came otherwise
     */
    public record Cell(String expected, List<Attempt> attempts, List<RunRecord> runs) {

        /** Refuses a cell without an attempt or a record. */
        public Cell {
            attempts = List.copyOf(attempts);
            runs = List.copyOf(runs);
            if (attempts.isEmpty() || runs.isEmpty()) {
                throw new IllegalArgumentException("a cell needs an attempt and a record of it");
            }
        }
    }

    /**
     * One seed.
     *
     * @param outcome in a word
     * @param asExpected whether all was as predicted
     * @param connectingMillis from the first check to the outcome, in virtual time
     */
    public record Attempt(long seed, String outcome, boolean asExpected, double connectingMillis) {}

    /** Refuses another number of cells than rows times columns. */
    public Matrix {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        cells = List.copyOf(cells);
        if (cells.size() != rows.size() * columns.size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells for " + rows.size() + " rows and " + columns.size() + " columns");
        }
    }
}
