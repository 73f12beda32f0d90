package dev.postern.bench;

/**
 * A line of the table: one figure of one cell, for each server.
 *
 * @param name as in the raw results
 * @param metric the figure's name in a generator's JSON; less of it is better
 * @param unit what follows the figure in the table
 */
record Row(String name, String title, String metric, String unit) {

    static Row cpu(String name, String title) {
        return new Row(name, title, "cpu_us", "us");
    }

    /** The same about another figure. */
    Row of(String otherMetric) {
        return new Row(name, title, otherMetric, unit);
    }

    /** Whether this is about memory, to which rates and delays say nothing. */
    boolean isMemory() {
        return unit.equals("B");
    }
}
