package dev.postern.natsim.ice4j;

import dev.postern.natsim.NatPreset;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The matrix as it was run.
 *
 * @param rows the NATs of the controlling agents
 * @param columns the NATs of the controlled agents
 * @param cells one for each row and column, row by row
 * @param took how long it took, by the wall clock
 */
public record MatrixResult(List<NatPreset> rows, List<NatPreset> columns, List<MatrixCell> cells, Duration took) {

    private static final String CORNER = "controlling \\ controlled";
    private static final String GAP = "  ";

    public MatrixResult {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        cells = List.copyOf(cells);
    }

    /** The cell of a row and a column. */
    public MatrixCell cell(NatPreset row, NatPreset column) {
        return cells.get(rows.indexOf(row) * columns.size() + columns.indexOf(column));
    }

    /** The cells in which agents, network and oracle do not agree. */
    public List<MatrixCell> disagreements() {
        return cells.stream().filter(cell -> !cell.agrees()).toList();
    }

    public boolean agrees() {
        return disagreements().isEmpty();
    }

    /** The table in words, the count of cells that agree, and an explanation of each that does not. */
    @Override
    public String toString() {
        List<List<String>> lines = Stream.concat(
                        Stream.of(Stream.concat(
                                        Stream.of(CORNER), columns.stream().map(NatPreset::label))
                                .toList()),
                        rows.stream().map(this::line))
                .toList();
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> appendLine(text, line, lines));
        text.append(cells.size() - disagreements().size())
                .append(" of ")
                .append(cells.size())
                .append(" cells are as the oracle says; took ")
                .append(took.toMillis() / 1000.0)
                .append(" s\n");
        disagreements()
                .forEach(cell -> text.append(cell.controlling().label())
                        .append(" and ")
                        .append(cell.controlled().label())
                        .append(": ")
                        .append(cell.words())
                        .append(". ")
                        .append(cell.explanation())
                        .append('\n'));
        return text.toString();
    }

    private List<String> line(NatPreset row) {
        return Stream.concat(
                        Stream.of(row.label()),
                        columns.stream().map(column -> cell(row, column).words()))
                .toList();
    }

    private static void appendLine(StringBuilder text, List<String> line, List<List<String>> all) {
        StringBuilder padded = new StringBuilder();
        for (int i = 0; i < line.size(); i++) {
            int column = i;
            int width = all.stream()
                    .mapToInt(other -> other.get(column).length())
                    .max()
                    .orElse(0);
            padded.append(line.get(i))
                    .append(" ".repeat(width - line.get(i).length()))
                    .append(GAP);
        }
        text.append(padded.toString().stripTrailing()).append('\n');
    }
}
