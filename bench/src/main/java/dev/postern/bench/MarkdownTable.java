package dev.postern.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A table with a line for each server, where the cell asks for other columns than {@link ResultTable} has. */
final class MarkdownTable {

    /** One column: its head, and what it says about all runs of one server. */
    record Column(String head, Function<List<Sample>, String> text) {

        /** The median of a figure of each run, or nothing where a run has none. */
        static Column middle(String head, Function<Sample, Double> figure) {
            return new Column(head, runs -> {
                List<Double> figures = runs.stream().map(figure).toList();
                return figures.stream().anyMatch(value -> value.isNaN())
                        ? ""
                        : shortened(Spread.of(figures).median());
            });
        }

        /** The same of a member of the generator's JSON. */
        static Column middle(String head, String member) {
            return middle(head, run -> run.values().containsKey(member) ? run.number(member) : Double.NaN);
        }
    }

    private final List<Column> columns;

    MarkdownTable(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /** The table of a row's samples; empty if there are none. */
    String of(Row row, List<Sample> samples, List<String> servers) {
        List<String> lines = new ArrayList<>();
        for (String server : servers) {
            List<Sample> own = samples.stream()
                    .filter(sample ->
                            sample.row().equals(row.name()) && sample.server().equals(server))
                    .toList();
            if (!own.isEmpty()) {
                lines.add(line(
                        server,
                        columns.stream().map(column -> column.text.apply(own)).toList()));
            }
        }
        if (lines.isEmpty()) {
            return "";
        }
        String heads = line(row.title(), columns.stream().map(Column::head).toList());
        return heads + "|---".repeat(columns.size() + 1) + "|\n" + String.join("", lines) + "\n";
    }

    private static String line(String first, List<String> rest) {
        return "| " + first + " | " + String.join(" | ", rest) + " |\n";
    }

    /** Each kind of flaw with the number of runs that have it. */
    static String flaws(List<Sample> runs) {
        return runs.stream()
                .map(Sample::flaw)
                .filter(flaw -> !flaw.isEmpty())
                .collect(Collectors.groupingBy(flaw -> flaw, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(flaw -> flaw.getKey() + " in " + flaw.getValue() + " of " + runs.size())
                .collect(Collectors.joining(", "));
    }

    /** Three digits that count, and no more behind the point than those need. */
    static String shortened(double figure) {
        int digits = Math.abs(figure) >= 100 ? 0 : Math.abs(figure) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + digits + "f", figure);
    }
}
