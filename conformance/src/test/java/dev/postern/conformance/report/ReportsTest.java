package dev.postern.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.conformance.Result;
import dev.postern.conformance.SampleResults;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class ReportsTest {

    private static final List<Result> RESULTS = SampleResults.all();

    @Test
    void junitFileCountsAndEscapes() throws Exception {
        Document xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(JUnitReport.of("<server>", RESULTS))));

        Element suite = (Element) xml.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("name")).isEqualTo("RFC 8489");
        assertThat(suite.getAttribute("tests")).isEqualTo("6");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("skipped")).isEqualTo("2");
        Element failure = (Element) xml.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("A <b> & \"c\" is sent. It is not.");
        assertThat(failure.getTextContent()).contains("SOFTWARE, 3 bytes: '<o>'");
    }

    @Test
    void htmlFileNeedsNoNetworkAndEscapesWhatTheServerSays() {
        String html = HtmlReport.of("<server>", List.of("Run <now>"), RESULTS);

        assertThat(html).doesNotContain("http://", "https://", "<script", "<link", "<img", "<server>", "<o>", "<now>");
        assertThat(html).contains("&lt;server&gt;", "1 of 2", "NOT OFFERED", "SKIPPED", "FAIL", "'&lt;o&gt;'");
    }

    @Test
    void textHasTheFailuresAndTheTable() {
        assertThat(TextReport.of(RESULTS))
                .containsSubsequence(
                        "rfc8489_002 over TCP (MUST): the server does number 2",
                        "RFC 8489 section 5: \"It \"MUST\" <do> it.\"",
                        "SOFTWARE, 3 bytes: '<o>'",
                        "RFC 8489 STUN",
                        "5              1 of 2          -            -        -",
                        "14.10               -     0 of 1            -        -",
                        "total          1 of 2     0 of 1            1        1");
    }
}
