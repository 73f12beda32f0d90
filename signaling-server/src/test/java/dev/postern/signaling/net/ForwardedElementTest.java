package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What proxies write about a request, by RFC 7239 and by the older custom. */
class ForwardedElementTest {

    /** The examples of RFC 7239 sections 4, 6 and 7.1, and what stands beside what we read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "for=\"_gazonk\"|-",
                "For=\"[2001:db8:cafe::17]:4711\"|2001:db8:cafe::17:4711",
                "for=192.0.2.60;proto=http;by=203.0.113.43|192.0.2.60:0 plain",
                "for=192.0.2.43, for=198.51.100.17|192.0.2.43:0, 198.51.100.17:0",
                "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown|192.0.2.43:0, 2001:db8:cafe::17:0, -",
                "for=_hidden, for=_SEVKISEK|-, -",
                "FOR=\"192.0.2.43:47011\";PROTO=HTTPS|192.0.2.43:47011 secure",
                "for=\"192.0.2.43:_alias\"|192.0.2.43:0",
                "proto=wss;for=192.0.2.1;host=\"a, b;c=\\\"d\\\"\"|192.0.2.1:0 secure",
                "for=\"\\1\\9\\2.0.2.1\"|192.0.2.1:0",
                "for=\"::ffff:192.0.2.1\"|192.0.2.1:0",
                "for=\"[::ffff:192.0.2.1]:5\"|192.0.2.1:5",
                "by=203.0.113.43|-",
                "  ,, for=192.0.2.1 ,, |192.0.2.1:0",
                ";for=192.0.2.1;|192.0.2.1:0",
                "for=evil.example|-",
                "for=\"192.0.2.1:99999\"|-",
                "for=\"\"|-",
                "secret=x;for=192.0.2.1;proto=gopher|192.0.2.1:0",
            })
    void lineOfForwardedIsReadByItsGrammar(String line, String expected) {
        assertThat(text(ForwardedElement.ofForwarded(line))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for",
                "for=",
                "=192.0.2.1",
                "for=[::1]",
                "for=192.0.2.1:80",
                "for=\"192.0.2.1",
                "for=\"192.0.2.1\\",
                "for=192.0.2.1 for=192.0.2.2",
                "for=192.0.2.1;for=192.0.2.2",
                "for=192.0.2.1;FOR=192.0.2.1",
                "for =192.0.2.1",
                "for=\"x\"y",
                "for=192.0.2.1; proto=http",
                "192.0.2.1",
                "\u0000",
                "for=192.0.2.1\u00e4",
            })
    void lineThatBreaksTheGrammarIsRefusedAsAWhole(String line) {
        assertThat(ForwardedElement.ofForwarded(line)).isNull();
    }

    @Test
    void noLineThrows() {
        Random random = new Random(7239);
        String alphabet = "for=proto;,\"\\ 192.0:[]_\t\u00ff";
        for (int i = 0; i < 20_000; i++) {
            String line = random.ints(random.nextInt(24), 0, alphabet.length())
                    .mapToObj(at -> String.valueOf(alphabet.charAt(at)))
                    .collect(Collectors.joining());
            List<ForwardedElement> elements = ForwardedElement.ofForwarded(line);
            assertThat(elements == null || elements.size() <= line.length()).isTrue();
        }
    }

    @Test
    void olderHeadersAreListsWhoseItemsBelongTogetherFromTheRight() {
        assertThat(older("192.0.2.1, 192.0.2.2", "https")).isEqualTo("192.0.2.1:0 secure, 192.0.2.2:0 secure");
        assertThat(older("192.0.2.1, 192.0.2.2", "https, http")).isEqualTo("192.0.2.1:0 secure, 192.0.2.2:0 plain");
        assertThat(older("a, 192.0.2.1, 192.0.2.2", "https, http"))
                .isEqualTo("-, 192.0.2.1:0 secure, 192.0.2.2:0 plain");
        assertThat(older("192.0.2.1", "https, http")).isEqualTo("192.0.2.1:0 plain");
        assertThat(older("2001:db8::1,[2001:db8::2]:443,192.0.2.1:80", null))
                .isEqualTo("2001:db8::1:0, 2001:db8::2:443, 192.0.2.1:80");
        assertThat(older("192.0.2.1,", null)).isEqualTo("192.0.2.1:0, -");
        assertThat(older(null, "https")).isEqualTo("- secure");
        assertThat(older(null, null)).isEmpty();
    }

    private static String older(@Nullable String addresses, @Nullable String protocols) {
        return text(ForwardedElement.ofOlderHeaders(lines(addresses), lines(protocols)));
    }

    private static List<String> lines(@Nullable String line) {
        return line == null ? List.of() : List.of(line);
    }

    private static String text(@Nullable List<ForwardedElement> elements) {
        return Objects.requireNonNull(elements).stream()
                .map(ForwardedElementTest::text)
                .collect(Collectors.joining(", "));
    }

    private static String text(ForwardedElement element) {
        InetSocketAddress client = element.client();
        Boolean secure = element.secure();
        String who = client == null ? "-" : shortest(client.getAddress().getHostAddress()) + ":" + client.getPort();
        return secure == null ? who : who + (secure ? " secure" : " plain");
    }

    /** The JDK writes out every zero. */
    private static String shortest(String address) {
        return address.replace("2001:db8:cafe:0:0:0:0:", "2001:db8:cafe::")
                .replace("2001:db8:0:0:0:0:0:", "2001:db8::");
    }
}
