package dev.postern.natsim.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** The plot as a file: well-formed, self-contained, with its numbers in words, the same each time. */
class CurvePlotTest {

    private static Curve curve(Allocator allocator, double flows) {
        return new Experiment(Strategy.PREDICTION, Ports.of(allocator), flows, 1, 64, Pace.USUAL, 40, 7).run();
    }

    @Test
    void plotIsOneFileWithWordsShapesAndBothThemes() throws Exception {
        String svg = CurvePlot.of(
                List.of(curve(Allocator.SEQUENTIAL, 0), curve(Allocator.SEQUENTIAL, 100), curve(Allocator.RANDOM, 0)));
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));

        assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("Port prediction: EIM and symmetric");
        assertThat(document.getElementsByTagName("desc").item(0).getTextContent())
                .contains("sequential ports, 0 flows/s: after 1 probes 100.0 % measured, 100.0 % by the formula")
                .contains("random ports, 0 flows/s: ");
        assertThat(svg).contains("prefers-color-scheme: dark").doesNotContain("<script", "href", "url(");
        assertThat(svg.lines().filter(line -> line.contains("class=\"mark s0\"")))
                .hasSizeGreaterThan(3);
        assertThat(svg.lines().filter(line -> line.contains("class=\"law s")).map(line -> line.substring(0, 24)))
                .hasSize(6);
    }

    @Test
    void sameSeedGivesTheSameBytes() {
        Curve first = curve(Allocator.DELTA_K, 50);
        Curve second = curve(Allocator.DELTA_K, 50);
        assertThat(CurvePlot.of(List.of(first))).isEqualTo(CurvePlot.of(List.of(second)));
        assertThat(CurveText.of(first)).isEqualTo(CurveText.of(second));
    }

    @Test
    void moreCurvesThanCanBeToldApartAreRefused() {
        List<Curve> many = Collections.nCopies(7, curve(Allocator.SEQUENTIAL, 0));
        assertThatThrownBy(() -> CurvePlot.of(many)).hasMessage("a plot has 1 to 6 curves, not 7");
    }
}
