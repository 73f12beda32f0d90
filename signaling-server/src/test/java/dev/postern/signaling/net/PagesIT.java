package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PagesIT {

    private static final URL DIRECTORY = Objects.requireNonNull(PagesIT.class.getResource("/pages"));

    @TempDir
    private static Path temp = Path.of("");

    private static SignalingServer[] servers = {};

    /** Where the same pages come from. */
    enum From {
        DIRECTORY,
        JAR
    }

    @BeforeAll
    static void start() throws Exception {
        servers = new SignalingServer[] {serve(DIRECTORY), serve(jar())};
    }

    @AfterAll
    static void stop() {
        for (SignalingServer server : servers) {
            server.close();
        }
    }

    private static SignalingServer serve(URL base) throws IOException {
        return SignalingServer.start(SignalingConfig.builder()
                .pages(base)
                .endpoint(
                        "/diag/",
                        (path, query) -> path.equals("/diag/echo") ? "{\"q\":\"" + query.get("q") + "\"}" : null)
                .build());
    }

    private static URL jar() throws Exception {
        Path jar = temp.resolve("pages.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            for (String name : List.of(
                    "index.html",
                    "style.css",
                    "logo.svg",
                    "hidden.properties",
                    "lib/answer.js",
                    "lib/one.mjs",
                    "lib/LICENSE",
                    "lib/deeper/index.html")) {
                entries.putNextEntry(new JarEntry("root/" + name));
                try (InputStream in = URI.create(DIRECTORY + "/" + name).toURL().openStream()) {
                    in.transferTo(entries);
                }
            }
        }
        return URI.create("jar:" + jar.toUri() + "!/root/").toURL();
    }

    @ParameterizedTest
    @EnumSource
    void theIndexIsServedWithEveryHeaderThatKeepsItSafe(From from) throws IOException {
        String response = get(from, "/", "");
        assertThat(response)
                .startsWith("HTTP/1.1 200 ")
                .endsWith("<title>Hello</title>\n")
                .contains("Content-Type: text/html; charset=utf-8")
                .contains("X-Content-Type-Options: nosniff")
                .contains("X-Frame-Options: DENY")
                .contains("Referrer-Policy: no-referrer")
                .contains("Cross-Origin-Opener-Policy: same-origin")
                .contains("Cache-Control: no-cache");
        String policy = header(response, "Content-Security-Policy");
        String authority = servers[0].uri().getHost();
        assertThat(policy)
                .contains("default-src 'self'")
                .contains("connect-src 'self' ws://" + authority)
                .contains("img-src 'self' data: blob:")
                .contains("media-src 'self' blob:")
                .contains("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'")
                .doesNotContain("unsafe", "*");
    }

    @ParameterizedTest
    @CsvSource({
        "/index.html, text/html; charset=utf-8",
        "/lib/answer.js, text/javascript; charset=utf-8",
        "/lib/one.mjs, text/javascript; charset=utf-8",
        "/style.css, text/css; charset=utf-8",
        "/logo.svg, image/svg+xml",
        "/lib/LICENSE, text/plain; charset=utf-8",
        "/lib/deeper/, text/html; charset=utf-8"
    })
    void everyFileHasTheTypeOfItsName(String path, String type) throws IOException {
        for (From from : From.values()) {
            String response = get(from, path, "");
            assertThat(response).startsWith("HTTP/1.1 200 ");
            assertThat(header(response, "Content-Type")).isEqualTo(type);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrowserThatHasTheFileIsToldSo(From from) throws IOException {
        String etag = header(get(from, "/lib/answer.js", ""), "ETag");
        assertThat(etag).matches("\"[0-9a-f]{32}\"");
        String again = get(from, "/lib/answer.js", "If-None-Match: " + etag);
        assertThat(again).startsWith("HTTP/1.1 304 ").endsWith("\r\n\r\n");
        assertThat(get(from, "/lib/answer.js", "If-None-Match: \"other\"")).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @EnumSource
    void headSaysTheLengthAndSendsNothing(From from) throws IOException {
        try (RawSocket raw = RawSocket.connect(server(from).uri())) {
            String response = raw.http("HEAD", "/lib/answer.js", "");
            assertThat(response).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
            assertThat(header(response, "Content-Length")).isEqualTo("26");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/missing.html",
                "/lib",
                "/lib/",
                "/hidden.properties",
                "/.hidden",
                "/lib/.git/config",
                "/../pages/index.html",
                "/lib/../../SECRET",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fpom.xml",
                "/lib%5c..%5cindex.html",
                "/index.html%00.js",
                "//etc/passwd",
                "/C:/x.html",
                "/lib/answer.js/",
                "/favicon"
            })
    void nothingElseIsServed(String path) throws IOException {
        for (From from : From.values()) {
            String response = get(from, path, "");
            assertThat(response).doesNotContain("secret", "root:", "<project");
            assertThat(response.substring(0, 13)).as(path).isIn("HTTP/1.1 404 ", "HTTP/1.1 400 ");
        }
    }

    /**
     * The time that it took to judge a path once grew with the square of its length, to more than half a second for the longest request
     * line, and 2,000 parts of a path, which is half as long, overflowed the stack of the thread.
     */
    @Test
    @Timeout(5)
    void c21_longPathIsJudgedInTheTimeThatItTakesToReadIt() throws IOException {
        assertThat(Pages.typeOf("/" + "a".repeat(20_000) + "!.html")).isNull();
        assertThat(Pages.typeOf("/" + "a/".repeat(20_000) + "x.html")).startsWith("text/html");
        assertThat(Pages.typeOf("/" + "a/".repeat(20_000) + "!")).isNull();
        assertThat(get(From.DIRECTORY, "/" + "a/".repeat(3_500), "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aStrangeHostIsNotCopiedIntoThePolicy() throws IOException {
        try (RawSocket raw = RawSocket.connect(server(From.DIRECTORY).uri())) {
            String response = raw.httpWithHost("GET", "/", "x_y;script-src", "");
            assertThat(response).doesNotContain("script-src");
        }
    }

    @Test
    void anEndpointAnswersUnderItsPrefix() throws IOException {
        String response = get(From.DIRECTORY, "/diag/echo?q=a%20b&q=second", "");
        assertThat(response)
                .startsWith("HTTP/1.1 200 ")
                .contains("Content-Type: application/json", "Cache-Control: no-store")
                .endsWith("{\"q\":\"a b\"}");
        assertThat(get(From.DIRECTORY, "/diag/other", "")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void anEditInADirectoryShowsAtOnce() throws IOException {
        Path page = temp.resolve("page.html");
        Files.writeString(page, "one", StandardCharsets.UTF_8);
        try (SignalingServer edited = serve(temp.toUri().toURL())) {
            assertThat(get(edited, "/page.html", "")).endsWith("one");
            Files.writeString(page, "two", StandardCharsets.UTF_8);
            assertThat(get(edited, "/page.html", "")).endsWith("two");
        }
    }

    private static SignalingServer server(From from) {
        return servers[from == From.DIRECTORY ? 0 : 1];
    }

    private static String get(From from, String path, String headers) throws IOException {
        return get(server(from), path, headers);
    }

    private static String get(SignalingServer server, String path, String headers) throws IOException {
        try (RawSocket raw = RawSocket.connect(server.uri())) {
            return raw.http("GET", path, headers);
        }
    }

    private static String header(String response, String name) {
        return response.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
