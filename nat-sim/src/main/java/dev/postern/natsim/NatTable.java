package dev.postern.natsim;

import dev.postern.stun.TransportAddress;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The translation table of a NAT at one instant, as a person reads it: a row for each destination of each mapping, in
 * the order in which the mappings were made.
 */
public record NatTable(List<Row> rows) {

    private static final List<String> HEADINGS =
            List.of("Internal IP", "Internal Port", "Ext IP", "Ext Port", "Dest IP", "Dest Port");
    private static final String GAP = "  ";

    /** Who inside talks with whom outside, and as whom. */
    public record Row(
            IpProtocol protocol, TransportAddress internal, TransportAddress external, TransportAddress destination) {

        private List<String> cells() {
            return List.of(
                    internal.ip().toString(),
                    Integer.toString(internal.port()),
                    external.ip().toString(),
                    Integer.toString(external.port()),
                    destination.ip().toString(),
                    Integer.toString(destination.port()));
        }
    }

    public NatTable {
        rows = List.copyOf(rows);
    }

    /** A heading and a line per row, in columns, each line ended by a line feed. */
    @Override
    public String toString() {
        List<List<String>> body = rows.stream().map(Row::cells).toList();
        List<Integer> widths = IntStream.range(0, HEADINGS.size())
                .map(column -> body.stream()
                        .mapToInt(line -> line.get(column).length())
                        .reduce(HEADINGS.get(column).length(), Math::max))
                .boxed()
                .toList();
        StringBuilder text = new StringBuilder();
        appendLine(text, HEADINGS, widths);
        body.forEach(line -> appendLine(text, line, widths));
        return text.toString();
    }

    private static void appendLine(StringBuilder text, List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            line.append(cell)
                    .append(" ".repeat(widths.get(column) - cell.length()))
                    .append(GAP);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
