package dev.postern.conformance.report;

import static dev.postern.conformance.report.TextReport.escaped;

import dev.postern.conformance.Outcome;
import dev.postern.conformance.Result;
import dev.postern.conformance.Rfc;
import java.util.List;
import java.util.Locale;

/** Results as JUnit XML, for whoever shows tests: a suite per RFC, a case per number and transport. */
public final class JUnitReport {

    private JUnitReport() {}

    /** The whole file. */
    public static String of(String server, List<Result> results) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(String.format("<testsuites name=\"conformance of %s\">%n", escaped(server)));
        for (Rfc rfc : Rfc.values()) {
            List<Result> mine = results.stream()
                    .filter(result -> result.testCase().rfc() == rfc)
                    .toList();
            if (!mine.isEmpty()) {
                suite(xml, rfc, mine);
            }
        }
        return xml.append("</testsuites>\n").toString();
    }

    private static void suite(StringBuilder xml, Rfc rfc, List<Result> results) {
        long failed = results.stream()
                .filter(result -> result.outcome() instanceof Outcome.Fail)
                .count();
        long skipped = results.stream().filter(JUnitReport::isSkipped).count();
        xml.append(String.format(
                "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">%n",
                rfc, results.size(), failed, skipped));
        results.forEach(result -> testcase(xml, result));
        xml.append("  </testsuite>\n");
    }

    private static boolean isSkipped(Result result) {
        return result.outcome() instanceof Outcome.Skipped || result.outcome() instanceof Outcome.NotOffered;
    }

    private static void testcase(StringBuilder xml, Result result) {
        String section = result.testCase().plainSection().replace('.', '_');
        xml.append(String.format(
                Locale.ROOT,
                "    <testcase classname=\"rfc%d.section_%s\" name=\"%s over %s\" time=\"%.3f\"",
                result.testCase().rfc().number(),
                section,
                escaped(result.testCase().toString()),
                result.transport(),
                result.took().toNanos() / 1e9));
        String why = escaped(result.outcome().sentence());
        if (result.outcome() instanceof Outcome.Pass) {
            xml.append("/>\n");
        } else if (isSkipped(result)) {
            xml.append(String.format(
                    "><skipped message=\"%s: %s\"/></testcase>%n",
                    result.outcome().word(), why));
        } else {
            xml.append(String.format(
                    "><failure type=\"%s\" message=\"%s\">%s section %s: &quot;%s&quot;%n%s</failure></testcase>%n",
                    result.testCase().level(),
                    why,
                    result.testCase().rfc(),
                    result.testCase().section(),
                    escaped(result.testCase().quote()),
                    escaped(result.transcript().toString())));
        }
    }
}
