package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds {@code docs/signaling-protocol.md} against the types that it describes. */
class ProtocolPageTest {

    private static final Pattern BLOCK = Pattern.compile("```json (client|server)\n(.*?)\n```", Pattern.DOTALL);

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);
    private final String page = read();

    private static String read() {
        try {
            Path docs = Path.of(System.getProperty("postern.root"), "docs", "signaling-protocol.md");
            return Files.readString(docs, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyExampleIsAMessageAsItStands() throws IOException {
        List<Decoded<?>> decoded = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            for (String message : messages(block.group(2))) {
                Decoded<?> one =
                        block.group(1).equals("client") ? codec.decodeClient(message) : codec.decodeServer(message);
                assertThat(one).as(message).isInstanceOf(Decoded.Message.class);
                decoded.add(one);
            }
        }
        assertThat(decoded).hasSizeGreaterThan(20);
        assertThat(page).doesNotContain("```json\n");
    }

    @Test
    void everyMessageTypeIsShown() throws IOException {
        Set<String> client = new LinkedHashSet<>();
        Set<String> server = new LinkedHashSet<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            for (String message : messages(block.group(2))) {
                String type = Vectors.MAPPER.readTree(message).get("t").asText();
                (block.group(1).equals("client") ? client : server).add(type);
            }
        }
        assertThat(client).hasSameSizeAs(ClientMessage.Handler.class.getDeclaredMethods());
        assertThat(server).hasSameSizeAs(ServerMessage.Handler.class.getDeclaredMethods());
    }

    @ParameterizedTest
    @EnumSource
    void everyErrorCodeHasItsRow(ErrorCode code) {
        assertThat(page)
                .contains(
                        "| " + code.number() + " | " + code.wireName() + " | " + (code.retry() ? "yes" : "no") + " |");
    }

    @ParameterizedTest
    @EnumSource
    void everyCloseCodeHasItsRow(CloseCode code) {
        assertThat(page)
                .contains("| " + code.number() + " | " + code.wireName() + " | "
                        + code.advice().wireName() + " |");
    }

    @Test
    void noRowNamesACodeThatIsNotThere() {
        Matcher row = Pattern.compile("^\\| ([0-9]{4}) \\|", Pattern.MULTILINE).matcher(page);
        int rows = 0;
        while (row.find()) {
            int number = Integer.parseInt(row.group(1));
            assertThat(ErrorCode.fromNumber(number) != null || CloseCode.fromNumber(number) != null)
                    .as("code %d", number)
                    .isTrue();
            rows++;
        }
        assertThat(rows).isEqualTo(ErrorCode.values().length + CloseCode.values().length);
    }

    @Test
    void everyWordOfTheEnumsIsExplained() {
        List<WireNamed> words = new ArrayList<>(List.of(Advice.values()));
        words.addAll(List.of(PeerEvent.values()));
        words.addAll(List.of(LeaveReason.values()));
        words.addAll(List.of(SdpType.values()));
        assertThat(words).allSatisfy(word -> assertThat(page).contains("`" + word.wireName() + "`"));
        assertThat(page).contains(Protocol.SUBPROTOCOL, Protocol.SOCKET_PATH, Protocol.CHECK_PATH);
    }

    /** A block may hold several objects, each over one line or more. */
    private static List<String> messages(String block) throws IOException {
        List<String> messages = new ArrayList<>();
        try (MappingIterator<JsonNode> objects =
                Vectors.MAPPER.readerFor(JsonNode.class).readValues(block)) {
            while (objects.hasNext()) {
                messages.add(objects.next().toString());
            }
        }
        return messages;
    }
}
