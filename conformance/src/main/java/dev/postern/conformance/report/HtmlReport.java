package dev.postern.conformance.report;

import static dev.postern.conformance.report.TextReport.escaped;

import dev.postern.conformance.Case;
import dev.postern.conformance.HexNotes;
import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import dev.postern.conformance.Rfc;
import dev.postern.conformance.Score;
import dev.postern.conformance.Score.Row;
import dev.postern.conformance.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Results as one HTML file that needs no network: the score, each failure with the RFC's sentence and annotated bytes, every case. */
public final class HtmlReport {

    /** With more failures than this, the bytes of each are shown on demand. */
    private static final int MOST_OPEN = 4;

    private final StringBuilder html = new StringBuilder();

    private HtmlReport() {}

    /**
     * The whole file.
     *
     * @param server what was tested
     * @param facts how and when, a line each
     */
    public static String of(String server, List<String> facts, List<Result> results) {
        HtmlReport report = new HtmlReport();
        report.head(server, facts);
        Score score = Score.of(results);
        report.summary(score);
        report.sections(score);
        report.failures(results);
        report.cases(results);
        report.html.append("</main>\n</body>\n</html>\n");
        return report.html.toString();
    }

    private void add(String format, Object... values) {
        html.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private void head(String server, List<String> facts) {
        add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        add("<meta name=\"color-scheme\" content=\"light dark\">");
        add("<title>Conformance of %s</title>", escaped(server));
        html.append("<style>\n").append(style()).append("</style>\n");
        add("</head>\n<body>\n<main>\n<h1>Conformance of <span class=\"server\">%s</span></h1>", escaped(server));
        add(
                "<p class=\"facts\">%s</p>",
                String.join("<br>\n", facts.stream().map(TextReport::escaped).toList()));
    }

    private static String style() {
        try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IllegalStateException("report.css is not in the jar");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void summary(Score score) {
        Row total = score.total();
        add("<dl class=\"summary\">");
        figure("MUST", TextReport.of(total.mustPassed(), total.mustTotal()), total.mustPassed() == total.mustTotal());
        figure(
                "SHOULD",
                TextReport.of(total.shouldPassed(), total.shouldTotal()),
                total.shouldPassed() == total.shouldTotal());
        add("<div><dt>Not offered</dt><dd>%d</dd></div>", total.notOffered());
        add("<div><dt>Skipped</dt><dd>%d</dd></div>\n</dl>", total.skipped());
    }

    private void figure(String name, String value, boolean all) {
        String words = value.equals("-") ? "none run" : all ? "all passed" : "some failed";
        String kind = value.equals("-") ? "none" : all ? "pass" : "fail";
        add("<div class=\"%s\"><dt>%s</dt><dd>%s<small>%s</small></dd></div>", kind, name, value, words);
    }

    private void failures(List<Result> results) {
        List<Failure> failed = Failure.of(results);
        add("<h2>Failures</h2>");
        if (failed.isEmpty()) {
            add("<p>No case failed.</p>");
        }
        String details = failed.size() > MOST_OPEN ? "<details>" : "<details open>";
        failed.forEach(failure -> failure(failure, details));
    }

    private void failure(Failure failure, String details) {
        Result result = failure.result();
        Case failed = result.testCase();
        add("<article id=\"%s\">", anchor(failed));
        add(
                "<h3><span class=\"word fail\">FAIL</span> <code>%s</code> The server %s</h3>",
                failed.id(), escaped(failed.title()));
        add(
                "<p class=\"where\">%s section %s, %s, over %s</p>",
                failed.rfc(), escaped(failed.section()), failed.level(), failure.transports());
        add("<blockquote>%s</blockquote>", escaped(failed.quote()));
        if (!failed.note().isEmpty()) {
            add("<p class=\"note\">%s</p>", escaped(failed.note()));
        }
        add("<p class=\"expectation\">%s</p>", escaped(result.outcome().sentence()));
        add("%s<summary>What was sent and received</summary>", details);
        result.transcript().entries().forEach(this::entry);
        add("</details>\n</article>");
    }

    private void entry(Transcript.Entry entry) {
        add(
                "<p class=\"step\"><span class=\"at\">%.3f s</span> %s</p>",
                entry.at().toNanos() / 1e9, escaped(entry.words()));
        List<HexNotes.Line> lines = entry.lines();
        if (!lines.isEmpty()) {
            add("<div class=\"bytes\">");
            lines.forEach(line -> add("<code>%s</code><span>%s</span>", line.hex(), escaped(line.words())));
            add("</div>");
        }
    }

    private void sections(Score score) {
        add("<h2>Score by section</h2>");
        for (Rfc rfc : Rfc.values()) {
            List<Row> rows =
                    score.rows().stream().filter(row -> row.rfc() == rfc).toList();
            if (!rows.isEmpty()) {
                add("<h3>%s <span class=\"subject\">%s</span></h3>\n<div class=\"scroll\"><table>", rfc, rfc.subject());
                add(
                        "<thead><tr><th>Section</th><th>MUST</th><th>SHOULD</th><th>Not offered</th><th>Skipped</th></tr></thead>\n<tbody>");
                rows.forEach(this::row);
                add("</tbody></table></div>");
            }
        }
    }

    private void row(Row row) {
        add(
                "<tr><th scope=\"row\">%s</th>%s%s<td>%s</td><td>%s</td></tr>",
                escaped(row.section()),
                cell(row.mustPassed(), row.mustTotal()),
                cell(row.shouldPassed(), row.shouldTotal()),
                TextReport.number(row.notOffered()),
                TextReport.number(row.skipped()));
    }

    private static String cell(int passed, int total) {
        String kind = total == 0 ? "none" : passed == total ? "pass" : "fail";
        return "<td class=\"" + kind + "\">" + TextReport.of(passed, total) + "</td>";
    }

    private void cases(List<Result> results) {
        add("<h2>Every case</h2>\n<ol class=\"cases\">");
        for (Result result : results) {
            String kind = result.outcome().word().toLowerCase(Locale.ROOT).replace(' ', '-');
            String id = result.outcome() instanceof Outcome.Fail
                    ? "<a href=\"#" + anchor(result.testCase()) + "\">"
                            + result.testCase().id() + "</a>"
                    : result.testCase().id();
            add(
                    "<li><span class=\"word %s\">%s</span> <code>%s</code> <span>%s <small>%s</small>%s</span></li>",
                    kind,
                    result.outcome().word(),
                    id,
                    escaped(result.testCase().title()),
                    result.testCase().level() + " over " + result.transport(),
                    why(result));
        }
        add("</ol>");
    }

    private static String why(Result result) {
        String sentence = result.outcome().sentence();
        return sentence.isEmpty() ? "" : "<br><em>" + escaped(sentence) + "</em>";
    }

    private static String anchor(Case failed) {
        return "case-" + failed.id();
    }
}
