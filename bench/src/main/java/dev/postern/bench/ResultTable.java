package dev.postern.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The Markdown table of a run. A ratio is claimed only where no run of either server was flawed; else it stands in brackets, with the flaws
 * beside it.
 */
final class ResultTable {

    private final List<Sample> samples;
    private final List<String> servers;
    private final String base;

    /**
     * @param servers in the order of the table
     * @param base whose figures the others' are divided into
     */
    ResultTable(List<Sample> samples, List<String> servers, String base) {
        this.samples = List.copyOf(samples);
        this.servers = List.copyOf(servers);
        this.base = base;
    }

    String markdown(List<Row> rows) {
        StringBuilder table = new StringBuilder();
        table.append("| load | server | median (least to most) | times better than ")
                .append(base)
                .append(", pair by pair | per second | p50 us | p99 us | lost | flaws |\n");
        table.append("|---|---|---|---|---|---|---|---|---|\n");
        for (Row row : rows) {
            for (String server : servers) {
                List<Sample> own = of(row, server);
                if (!own.isEmpty()) {
                    table.append(line(row, server, own)).append('\n');
                }
            }
        }
        return table.toString();
    }

    private String line(Row row, String server, List<Sample> own) {
        Spread figure = Spread.of(figures(own, row.metric()));
        List<String> cells = List.of(
                server.equals(servers.get(0)) ? row.title() : "",
                server,
                String.format(
                        Locale.ROOT,
                        "%s %s (%s to %s)",
                        MarkdownTable.shortened(figure.median()),
                        row.unit(),
                        MarkdownTable.shortened(figure.least()),
                        MarkdownTable.shortened(figure.most())),
                ratio(row, server, own),
                row.isMemory() ? "" : middle(own, "rate"),
                row.isMemory() ? "" : middle(own, "p50_us"),
                row.isMemory() ? "" : middle(own, "p99_us"),
                lost(own),
                MarkdownTable.flaws(own));
        return "| " + String.join(" | ", cells) + " |";
    }

    private String ratio(Row row, String server, List<Sample> own) {
        List<Sample> others = of(row, base);
        List<Double> ratios = Spread.ratios(figures(others, row.metric()), figures(own, row.metric()));
        if (server.equals(base) || ratios.isEmpty()) {
            return "";
        }
        Spread spread = Spread.of(ratios);
        String text = String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", spread.median(), spread.least(), spread.most());
        return MarkdownTable.flaws(own).isEmpty() && MarkdownTable.flaws(others).isEmpty() ? text : "[" + text + "]";
    }

    private List<Sample> of(Row row, String server) {
        return samples.stream()
                .filter(sample ->
                        sample.row().equals(row.name()) && sample.server().equals(server))
                .sorted(Comparator.comparingInt(Sample::repeat))
                .toList();
    }

    private static List<Double> figures(List<Sample> samples, String metric) {
        return samples.stream().map(sample -> sample.number(metric)).toList();
    }

    private static String middle(List<Sample> own, String metric) {
        boolean has = own.stream().allMatch(sample -> sample.values().containsKey(metric));
        return has ? MarkdownTable.shortened(Spread.of(figures(own, metric)).median()) : "";
    }

    private static String lost(List<Sample> own) {
        boolean has = own.stream().allMatch(sample -> sample.values().containsKey("loss"));
        return has
                ? String.format(
                        Locale.ROOT,
                        "%.2f %%",
                        100 * Spread.of(figures(own, "loss")).most())
                : "";
    }
}
