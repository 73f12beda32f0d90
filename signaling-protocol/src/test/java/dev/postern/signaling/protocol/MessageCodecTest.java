package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @Test
    void aLoneSurrogateCannotBeWritten() {
        assertThatThrownBy(() -> codec.encode(new ClientMessage.Leave(1, "\ud800", ClientMessage.NO_GOT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Jackson would write it as two escapes, three times as long. */
    @Test
    void aCharacterBeyondTheFirstPlaneIsWrittenAsUtf8() {
        byte[] bytes = codec.encode(new ClientMessage.Leave(1, "🍳", ClientMessage.NO_GOT));
        assertThat(new String(bytes, StandardCharsets.UTF_8)).contains("\"🍳\"");
    }

    @Test
    void theServerIsReadLeniently() {
        Decoded<ServerMessage> decoded = codec.decodeServer("""
                {"seq":1,"ev":"leave","room":"r","peer":{"id":"p","new":1},"extra":[{}],"why":null,"t":"peer"}""");
        assertThat(decoded)
                .isEqualTo(new Decoded.Message<ServerMessage>(new ServerMessage.PeerChange(
                        1, PeerEvent.LEAVE, "r", new Peer("p", null, Meta.EMPTY, false), null)));
    }

    @Test
    void aServerOfLaterDaysMaySendCodesThatAreNotKnownHere() {
        assertThat(codec.decodeServer("{\"t\":\"bye\",\"code\":4499,\"advice\":\"stop\",\"after\":1}"))
                .isEqualTo(new Decoded.Message<ServerMessage>(new ServerMessage.Bye(4499, Advice.STOP, 1)));
        assertThat(codec.decodeServer("{\"t\":\"err\",\"re\":null,\"code\":2477,\"name\":\"new_one\"}"))
                .isEqualTo(
                        new Decoded.Message<ServerMessage>(new ServerMessage.Err(null, 2477, "new_one", false, 0, "")));
    }

    @Test
    void aClientMessageIsNothingThatAServerSends() {
        assertThat(codec.decodeServer("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}"))
                .isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void aShorterLimitRefusesWhatTheStandardReads() {
        MessageCodec small = new MessageCodec(CodecLimits.STANDARD.withMessageChars(1024));
        String text = "{\"t\":\"leave\",\"id\":1,\"room\":\"" + "x".repeat(1000) + "\"}";
        assertThat(codec.decodeClient(text)).isInstanceOf(Decoded.Message.class);
        assertThat(small.decodeClient(text)).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void numbersAndNamesOfCodesAreTheirOwn() {
        assertThat(unique(Arrays.asList(ErrorCode.values()), ErrorCode::number)).isTrue();
        assertThat(unique(Arrays.asList(ErrorCode.values()), ErrorCode::wireName))
                .isTrue();
        assertThat(unique(Arrays.asList(CloseCode.values()), CloseCode::number)).isTrue();
        assertThat(ErrorCode.values()).allSatisfy(code -> {
            assertThat(code.number()).isBetween(2400, 2499);
            assertThat(code.wireName()).isEqualTo(code.name().toLowerCase(Locale.ROOT));
            assertThat(ErrorCode.fromNumber(code.number())).isSameAs(code);
        });
        assertThat(CloseCode.values()).allSatisfy(code -> {
            assertThat(code.retry()).isEqualTo(code.number() < 4500);
            assertThat(CloseCode.fromNumber(code.number())).isSameAs(code);
        });
        assertThat(CloseCode.fromNumber(1000)).isNull();
    }

    @Test
    void noTextFormShowsSdpCandidatesOrSecrets() {
        Object[] values = {
            new ClientMessage.Sig(1, "p", "r", 0, 0, new Description(SdpType.OFFER, "SECRET"), 0),
            new ClientMessage.Ice(1, "p", "r", 0, List.of(new Candidate("SECRET", null, null, null)), false, 0),
            new ClientMessage.Hello(1, List.of(), "SECRET", new ClientMessage.Resume("s", "SECRET", "e", 0)),
            new ClientMessage.Auth(1, "SECRET", 0),
            new ServerMessage.Sig(1, "p", "q", "r", 0, 0, new Description(SdpType.OFFER, "SECRET")),
            new ServerMessage.IceServersChange(
                    1, new IceServers(List.of(new IceServer(List.of("turn:x"), "SECRET", "SECRET")), 1)),
            new ServerMessage.Welcome(
                    List.of(),
                    "s",
                    "SECRET",
                    "p",
                    0,
                    "e",
                    new ServerMessage.Heartbeat(1, 1),
                    new ServerMessage.Limits(1, 1, 1, 1),
                    new IceServers(List.of(new IceServer(List.of("turn:x"), "SECRET", "SECRET")), 1),
                    false,
                    0)
        };
        assertThat(values).allSatisfy(value -> assertThat(value.toString()).doesNotContain("SECRET"));
    }

    private static <T, K> boolean unique(List<T> items, Function<T, K> key) {
        Map<K, Long> counts = items.stream().collect(Collectors.groupingBy(key, Collectors.counting()));
        return counts.size() == items.size();
    }
}
