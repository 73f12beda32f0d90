package dev.postern.e2e;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One reading of {@code /metrics}: the Prometheus text format, series by series. */
public final class Metrics {

    private final Map<String, Double> series;

    private Metrics(Map<String, Double> series) {
        this.series = series;
    }

    static Metrics parse(String text) {
        Map<String, Double> series = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                        Double::sum,
                        TreeMap::new));
        return new Metrics(series);
    }

    /**
     * The sum of the series of this name whose labels contain every {@code label="value"} given; a name that is not there at all
     * fails, so that a renamed counter is not read as zero.
     */
    public long sum(String name, String... labels) {
        List<Map.Entry<String, Double>> named = series.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name) || entry.getKey().startsWith(name + "{"))
                .toList();
        if (named.isEmpty()) {
            throw new AssertionError("no metric " + name + " among " + series.keySet());
        }
        return Math.round(named.stream()
                .filter(entry -> List.of(labels).stream().allMatch(entry.getKey()::contains))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    /** The series that are not zero and whose names this expression is found in, one in a line. */
    String matching(String expression) {
        Pattern pattern = Pattern.compile(expression);
        return series.entrySet().stream()
                .filter(entry ->
                        entry.getValue() != 0 && pattern.matcher(entry.getKey()).find())
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public String toString() {
        return series.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("jvm_"))
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining("\n"));
    }
}
