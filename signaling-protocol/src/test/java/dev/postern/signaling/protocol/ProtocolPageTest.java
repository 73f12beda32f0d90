package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);
    private final ProtocolPage protocolPage = ProtocolPage.read();
    private final String page = protocolPage.text();

    @Test
    void everyExampleIsAMessageAsItStands() {
        assertThat(protocolPage.examples()).hasSizeGreaterThan(20).allSatisfy(example -> {
            String message = example.message().toString();
            assertThat(example.fromClient() ? codec.decodeClient(message) : codec.decodeServer(message))
                    .as(message)
                    .isInstanceOf(Decoded.Message.class);
        });
        assertThat(page).doesNotContain("```json\n");
    }

    @Test
    void everyMessageTypeIsShown() {
        Set<String> client = new LinkedHashSet<>();
        Set<String> server = new LinkedHashSet<>();
        for (ProtocolPage.Example example : protocolPage.examples()) {
            (example.fromClient() ? client : server)
                    .add(example.message().get("t").asText());
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
        words.addAll(List.of(Role.values()));
        words.addAll(List.of(SdpType.values()));
        assertThat(words).allSatisfy(word -> assertThat(page).contains("`" + word.wireName() + "`"));
        assertThat(page)
                .contains(Protocol.SUBPROTOCOL, Protocol.SOCKET_PATH, Protocol.STREAM_PATH, Protocol.CHECK_PATH);
    }
}
