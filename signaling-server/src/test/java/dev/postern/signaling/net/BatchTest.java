package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchTest {

    /** A body and the texts that it is split into. */
    record Case(String body, List<String> parts) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case("{\"t\":\"ping\"}", List.of("{\"t\":\"ping\"}")),
                new Case("  {}", List.of("  {}")),
                new Case("", List.of("")),
                new Case("null", List.of("null")),
                new Case("[]", List.of()),
                new Case("\r\n [ \t] ", List.of()),
                new Case("[{}]", List.of("{}")),
                new Case("[{}, {\"a\":1}]", List.of("{}", " {\"a\":1}")),
                new Case("[[1,2],{\"a\":[{}]}]", List.of("[1,2]", "{\"a\":[{}]}")),
                new Case("[{\"a\":\"],[\"},2]", List.of("{\"a\":\"],[\"}", "2")),
                new Case("[\"\\\"],\",1]", List.of("\"\\\"],\"", "1")),
                new Case("[\"\\\\\",1]", List.of("\"\\\\\"", "1")),
                new Case("[,]", List.of("", "")),
                new Case("[1,]", List.of("1", "")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void bodyIsOneMessageOrAnArrayOfThem(Case one) {
        assertThat(Batch.split(one.body(), 10)).isEqualTo(one.parts());
    }

    /** Then the codec says what is wrong with it. */
    @Test
    void whatIsNoSoundArrayIsOnePartAsItIs() {
        for (String body : List.of("[", "[1", "[1,", "[\"", "[\"\\", "[1]x", "[1][2]", "[}", "[{]", "[1}]", "[[1]")) {
            assertThat(Batch.split(body, 10)).as(body).containsExactly(body);
        }
    }

    @Test
    void moreThanMayComeAreNotSplitToTheEnd() {
        String body = "[" + "1,".repeat(100_000) + "1]";
        assertThat(Batch.split(body, 3)).hasSize(4);
        assertThat(Batch.split("[1,2,3]", 3)).hasSize(3);
        assertThat(Batch.split("[1,2,3,4]", 3)).hasSize(4);
    }
}
