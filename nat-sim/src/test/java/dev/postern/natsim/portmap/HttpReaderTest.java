package dev.postern.natsim.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.portmap.HttpReader.State;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nServer: x\r\n";
    private static final String CHUNKED =
            HEAD + "Transfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n6;a=b\r\npedia \r\nA\r\nin chunks.\r\n0\r\n\r\n";

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static State state(String text) {
        HttpReader reader = new HttpReader();
        reader.onData(bytes(text));
        return reader.onEnd();
    }

    private static HttpMessage read(String text) {
        HttpReader reader = new HttpReader();
        reader.onData(bytes(text));
        reader.onEnd();
        return Objects.requireNonNull(reader.message());
    }

    @Test
    void contentEndsWhereItsLengthOrTheLastChunkOrTheConnectionSays() {
        assertThat(read(HEAD + "content-length: 3\r\n\r\nabcdef").body()).isEqualTo("abc");
        assertThat(read(CHUNKED).body()).isEqualTo("Wikipedia in chunks.");
        assertThat(read(HEAD + "\r\nabc").body()).isEqualTo("abc");
        assertThat(read("GET / HTTP/1.1\r\nHost: a\r\n\r\n").path()).isEqualTo("/");
        assertThat(state(HEAD + "Content-Length: 3\r\n\r\nab")).isEqualTo(State.MALFORMED);
        assertThat(state(HEAD)).isEqualTo(State.MALFORMED);
    }

    @Test
    void messageIsWrittenAsItIsRead() {
        HttpMessage request =
                HttpMessage.request("POST", "/ctl", "10.0.0.1:5000", Map.of("SOAPAction", "\"a#b\""), "<a>ä</a>");
        HttpReader reader = new HttpReader();

        assertThat(reader.onData(request.encode())).isEqualTo(State.DONE);
        HttpMessage read = Objects.requireNonNull(reader.message());
        assertThat(read.method()).isEqualTo("POST");
        assertThat(read.path()).isEqualTo("/ctl");
        assertThat(read.header("soapaction")).isEqualTo("\"a#b\"");
        assertThat(read.body()).isEqualTo("<a>ä</a>");
    }

    @Property(tries = 200)
    void piecesDoNotMatter(@ForAll @IntRange(min = 1, max = 40) int size) {
        HttpReader reader = new HttpReader();
        State state = State.MORE;
        for (int i = 0; i < CHUNKED.length(); i += size) {
            state = reader.onData(bytes(CHUNKED.substring(i, Math.min(CHUNKED.length(), i + size))));
        }
        assertThat(state).isEqualTo(State.DONE);
        assertThat(Objects.requireNonNull(reader.message()).body()).isEqualTo("Wikipedia in chunks.");
    }

    @Test
    void nothingIsReadThatIsLongerThanItMayBe() {
        String line = "X: " + "y".repeat(HttpReader.MAX_HEAD_BYTES) + "\r\n";
        assertThat(state("HTTP/1.1 200 OK\r\n" + line + "\r\n")).isEqualTo(State.TOO_LONG);
        assertThat(state("x".repeat(HttpReader.MAX_HEAD_BYTES + 1))).isEqualTo(State.TOO_LONG);
        String body = "b".repeat(HttpReader.MAX_BODY_BYTES + 1);
        assertThat(state(HEAD + "\r\n" + body)).isEqualTo(State.TOO_LONG);
        assertThat(state(HEAD + "Content-Length: " + body.length() + "\r\n\r\n"))
                .isEqualTo(State.TOO_LONG);
        assertThat(state(HEAD + "Transfer-Encoding: chunked\r\n\r\n10001\r\n" + body))
                .isEqualTo(State.TOO_LONG);
        assertThat(state(HEAD + "Transfer-Encoding: chunked\r\n\r\n" + "1\r\nx\r\n".repeat(70_000)))
                .isEqualTo(State.TOO_LONG);
    }

    /** A router that sends one byte at a time for ever, as fast as it likes. */
    @Test
    void endlessStreamIsGivenUp() {
        HttpReader reader = new HttpReader();
        reader.onData(bytes(HEAD + "\r\n"));
        int taken = 0;
        while (reader.onData(bytes("x")) == State.MORE) {
            taken++;
        }
        assertThat(taken).isEqualTo(HttpReader.MAX_BODY_BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-x\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "\r\n\r\n"
            })
    void whatIsNoMessageIsMalformed(String text) {
        assertThat(state(text)).isEqualTo(State.MALFORMED);
    }

    @Property(tries = 300)
    void anyTextIsReadOrRefused(@ForAll String text) {
        assertThat(state(text)).isNotEqualTo(State.MORE);
    }
}
