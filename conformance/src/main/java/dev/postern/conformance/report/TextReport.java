package dev.postern.conformance.report;

import dev.postern.conformance.Result;
import dev.postern.conformance.Score;
import dev.postern.conformance.Score.Row;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Results for a terminal: one line per case as it comes, then what failed and the table by RFC section. */
public final class TextReport {

    private static final String ROW = "  %-10s  %9s  %9s  %11s  %7s%n";

    private TextReport() {}

    /** A case in one line; with a second line that says why unless it passed. */
    public static String line(Result result) {
        String head = String.format(
                Locale.ROOT,
                "%-11s  %s  %-4s %s",
                result.outcome().word(),
                result.testCase().id(),
                result.transport(),
                result.testCase().title());
        String why = result.outcome().sentence();
        return why.isEmpty() ? head : head + System.lineSeparator() + "             " + why;
    }

    /** What failed, with what was sent and received, then the table. */
    public static String of(List<Result> results) {
        StringBuilder text = new StringBuilder();
        Failure.of(results).forEach(failure -> text.append(failure(failure)));
        return text.append(table(Score.of(results))).toString();
    }

    private static String failure(Failure failure) {
        Result result = failure.result();
        return String.format(
                Locale.ROOT,
                "%n%s over %s (%s): the server %s%n  %s section %s: \"%s\"%n  %s%n%s",
                result.testCase().id(),
                failure.transports(),
                result.testCase().level(),
                result.testCase().title(),
                result.testCase().rfc(),
                result.testCase().section(),
                result.testCase().quote(),
                result.outcome().sentence(),
                result.transcript());
    }

    /** The score by RFC section. */
    public static String table(Score score) {
        StringBuilder text = new StringBuilder();
        String rfc = "";
        for (Row row : score.rows()) {
            String head = row.rfc() + " " + row.rfc().subject();
            if (!head.equals(rfc)) {
                text.append(String.format("%n%s%n", head));
                text.append(String.format(ROW, "section", "MUST", "SHOULD", "not offered", "skipped"));
                rfc = head;
            }
            text.append(row(row));
        }
        return text.append(System.lineSeparator()).append(row(score.total())).toString();
    }

    private static String row(Row row) {
        return String.format(
                ROW,
                row.section(),
                of(row.mustPassed(), row.mustTotal()),
                of(row.shouldPassed(), row.shouldTotal()),
                number(row.notOffered()),
                number(row.skipped()));
    }

    /** {@code 3 of 4}, or a dash where there is none. */
    static String of(int passed, int total) {
        return total == 0 ? "-" : passed + " of " + total;
    }

    /** The number, or a dash for none. */
    static String number(int count) {
        return count == 0 ? "-" : Integer.toString(count);
    }

    /** The text without characters that XML has no place for; empty for null. */
    static String escaped(@Nullable String text) {
        if (text == null) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\n', '\t' -> out.appendCodePoint(c);
                default ->
                    out.appendCodePoint(
                            c < ' ' || (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF ? '?' : c);
            }
        });
        return out.toString();
    }
}
