package dev.postern.natsim.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** XML of routers, and XML that is meant to harm who reads it. */
class XmlElementTest {

    @Test
    void elementsAreFoundByTheirNamesWithoutPrefixes() {
        XmlElement root = read("""
                <?xml version="1.0" encoding="utf-8"?>
                <!-- a comment with <tags> & signs -->
                <s:Envelope xmlns:s='http://x' a="1 > 2">
                  <s:Body> <u:Answer><Port>80</Port><Empty/><Empty2 a='/'/></u:Answer></s:Body>
                </s:Envelope>
                """);

        assertThat(root.name()).isEqualTo("Envelope");
        XmlElement answer = root.all("Answer").get(0);
        assertThat(answer.textOf("Port")).isEqualTo("80");
        assertThat(answer.textOf("Empty")).isEmpty();
        assertThat(answer.textOf("Empty2")).isEmpty();
        assertThat(answer.textOf("None")).isNull();
    }

    @Test
    void onlyTheEntitiesOfXmlItselfAreKnown() {
        assertThat(read("<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x42;</a>").text()).isEqualTo("<>&\"'AB");
        assertThat(XmlElement.parse("<a>&bomb;</a>")).isNull();
        assertThat(XmlElement.parse("<a>& b</a>")).isNull();
        assertThat(XmlElement.parse("<a>&#0;</a>")).isNull();
        assertThat(XmlElement.parse("<a>&#x110000;</a>")).isNull();
        assertThat(read("<a>" + XmlElement.escaped("<\"&>") + "</a>").text()).isEqualTo("<\"&>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>",
                "<!DOCTYPE a SYSTEM \"http://192.0.2.1/evil.dtd\"><a/>",
                "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
                "<a><![CDATA[<b>]]></a>",
                "<a><!ELEMENT b ANY></a>",
                "<a>",
                "<a></b>",
                "<a></a><b></b>",
                "</a>",
                "<a b=\"></a>",
                "<a<b></a>",
                "< a></a>",
                "<a>x</a>y",
                "<?xml",
                "<!-- ",
                "text",
                ""
            })
    void whatIsNoPlainDocumentIsNull(String document) {
        assertThat(XmlElement.parse(document)).isNull();
    }

    @Test
    void documentIsBoundedInLengthDepthAndElements() {
        int depth = XmlElement.MAX_DEPTH;
        assertThat(XmlElement.parse("<a>".repeat(depth) + "</a>".repeat(depth))).isNotNull();
        assertThat(XmlElement.parse("<a>".repeat(depth + 1) + "</a>".repeat(depth + 1)))
                .isNull();
        int more = XmlElement.MAX_ELEMENTS - 1;
        assertThat(XmlElement.parse("<a>" + "<b/>".repeat(more) + "</a>")).isNotNull();
        assertThat(XmlElement.parse("<a>" + "<b/>".repeat(more + 1) + "</a>")).isNull();
        assertThat(XmlElement.parse("<a>" + " ".repeat(XmlElement.MAX_CHARS) + "</a>"))
                .isNull();
    }

    @Property(tries = 300)
    void anyTextIsReadOrNull(@ForAll String text) {
        XmlElement.parse(text);
        XmlElement root = read("<a>" + XmlElement.escaped(text.replaceAll("[^ -~]", "")) + "</a>");
        assertThat(root.text()).isEqualTo(text.replaceAll("[^ -~]", "").strip());
    }

    @Property(tries = 300)
    void descriptionWithALetterTooManyIsReadOrNull(
            @ForAll @IntRange(max = 1500) int where, @ForAll @IntRange(min = 9, max = 126) int letter) {
        String description = IgdService.description(1, "u", "/ctl");
        int at = where % description.length();
        XmlElement root = XmlElement.parse(description.substring(0, at) + (char) letter + description.substring(at));
        if (root != null) {
            IgdService.find(root);
        }
    }

    private static XmlElement read(String document) {
        return Objects.requireNonNull(XmlElement.parse(document));
    }
}
