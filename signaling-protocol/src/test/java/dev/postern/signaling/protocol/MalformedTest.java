package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.signaling.protocol.Decoded.Malformed;
import dev.postern.signaling.protocol.Decoded.Reason;
import dev.postern.signaling.protocol.Vectors.Vector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedTest {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @ParameterizedTest
    @MethodSource("corpus")
    void everyMalformedTextIsAValueWithItsErrorAndItsId(Vector vector) {
        String text = vector.json().get("text").asText();
        JsonNode id = vector.json().get("id");

        Malformed<ClientMessage> malformed = malformed(text);

        assertThat(malformed.reason().errorCode().wireName())
                .isEqualTo(vector.json().get("error").asText());
        assertThat(malformed.id()).isEqualTo(id.isNull() ? null : id.asLong());
        assertThat(malformed.offset()).isBetween(0, text.length());
        assertThat(malformed.detail()).isNotBlank();
    }

    @Test
    void nestingBeyondTheLimitIsRefusedHoweverDeep() {
        String deep = "{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"meta\":{\"a\":" + "[".repeat(30_000);
        assertThat(malformed(deep).reason()).isEqualTo(Reason.NOT_JSON);
        String deepUnknown = "{\"x\":" + "{\"y\":".repeat(10_000) + "1" + "}".repeat(10_001);
        assertThat(malformed(deepUnknown).reason()).isEqualTo(Reason.NOT_JSON);
    }

    @Test
    void moreThanTheLimitOfCharactersIsTooLarge() {
        String text = "{\"t\":\"leave\",\"id\":1,\"room\":\"" + "x".repeat(65_536) + "\"}";
        Malformed<ClientMessage> malformed = malformed(text);
        assertThat(malformed.reason()).isEqualTo(Reason.TOO_LONG);
        assertThat(malformed.reason().errorCode()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @Test
    void fiveThousandKeysAreRefused() {
        String keys = IntStream.range(0, 5_000).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));
        assertThat(malformed("{" + keys + "}").reason()).isEqualTo(Reason.NOT_JSON);
    }

    @Test
    void tooManyCandidatesInOneMessageAreRefusedWithTheId() {
        String candidates =
                IntStream.range(0, 257).mapToObj(i -> "{\"candidate\":\"c\"}").collect(Collectors.joining(","));
        Malformed<ClientMessage> malformed =
                malformed("{\"t\":\"ice\",\"id\":3,\"to\":\"p\",\"room\":\"r\",\"gen\":0,\"c\":[" + candidates + "]}");
        assertThat(malformed.reason()).isEqualTo(Reason.BAD_FIELD);
        assertThat(malformed.id()).isEqualTo(3);
    }

    /** Too long to be read at all, and, where longer messages are allowed, too deep and too many. */
    @Test
    void c12_aHundredThousandLevelsOrKeysAreRefused() {
        MessageCodec larger = new MessageCodec(CodecLimits.STANDARD.withMessageChars(1 << 21));
        String levels = "{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"meta\":{\"a\":" + "[".repeat(100_000);
        String keys =
                IntStream.range(0, 100_000).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));
        for (String text : new String[] {levels, "{\"t\":\"ack\",\"got\":1," + keys + "}"}) {
            assertThat(malformed(text).reason()).isEqualTo(Reason.TOO_LONG);
            assertThat(malformed(larger, text).reason()).isEqualTo(Reason.NOT_JSON);
        }
    }

    @Test
    void longKeysAndLongNumbersAreRefused() {
        assertThat(malformed("{\"" + "k".repeat(300) + "\":1}").reason()).isEqualTo(Reason.NOT_JSON);
        assertThat(malformed("{\"t\":\"ack\",\"got\":" + "9".repeat(10_000) + "}")
                        .reason())
                .isEqualTo(Reason.NOT_JSON);
    }

    @Test
    void detailNeverRepeatsWhatTheTextSaid() {
        for (String text : new String[] {
            "{\"t\":\"${jndi:ldap://x}\",\"id\":1}",
            "{\"t\":\"leave\",\"id\":1,\"room\":{\"${jndi:ldap://x}\":1}}",
            "{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"meta\":{\"${jndi:ldap://x}\":1e400}}"
        }) {
            assertThat(malformed(text).detail()).doesNotContain("jndi");
        }
    }

    private Malformed<ClientMessage> malformed(String text) {
        return malformed(codec, text);
    }

    private static Malformed<ClientMessage> malformed(MessageCodec by, String text) {
        Decoded<ClientMessage> decoded = by.decodeClient(text);
        assertThat(decoded).isInstanceOf(Malformed.class);
        return (Malformed<ClientMessage>) decoded;
    }

    static Stream<Vector> corpus() {
        return Vectors.of("malformed.json");
    }
}
