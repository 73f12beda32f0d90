package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingLimit;
import dev.postern.signaling.SignalingServer;
import dev.postern.signaling.SignalingTime;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Security cases 5, 12 and 13 on the wire: every malformed text gets its error, on one connection that stays open. */
class MalformedIT {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final File VECTORS = new File(
            System.getProperty("postern.root"), "signaling-protocol/src/test/resources/vectors/malformed.json");

    private static final File WRONG_FIELDS = new File(
            System.getProperty("postern.root"), "signaling-protocol/src/test/resources/vectors/wrong-fields.json");

    /** Without a ping between two answers, however long they take. */
    private static SignalingConfig config() {
        return SignalingConfig.builder()
                .limit(SignalingLimit.MESSAGE_BURST, 10_000)
                .time(SignalingTime.HEARTBEAT_EVERY, Duration.ofHours(1))
                .time(SignalingTime.HEARTBEAT_DEAD, Duration.ofHours(2))
                .build();
    }

    @Test
    void theWholeCorpusIsAnsweredAndNobodyElseNotices() throws Exception {
        SignalingConfig config = config();
        try (SignalingServer server = SignalingServer.start(config);
                RawSocket bystander = RawSocket.hello(server.uri());
                RawSocket raw = RawSocket.hello(server.uri())) {
            bystander.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
            bystander.readUntil("ok");
            for (Case one : corpus()) {
                raw.text(one.text());
                JsonNode answer = MAPPER.readTree(raw.read().text());
                assertThat(answer.get("t").asText()).as(one.name()).isEqualTo("err");
                assertThat(answer.get("name").asText()).as(one.name()).isIn(one.error(), "stale_id");
            }
            raw.text("{\"t\":\"ping\",\"ts\":1}");
            assertThat(raw.readUntil("pong")).isNotEmpty();
            bystander.text("{\"t\":\"ping\",\"ts\":1}");
            assertThat(bystander.read().text()).contains("pong");
            assertThat(server.counters().get(SignalingCounter.MALFORMED)).isEqualTo(corpus().size());
            assertThat(server.counters()).containsEntry(SignalingCounter.FAULTS, 0L);
        }
    }

    /** Made from the schema: every field of every message, at every depth, with each kind of value that it may not have. */
    @Test
    void c13_everyWrongFieldIsAnsweredToItsRequestAndTheSessionGoesOn() throws Exception {
        SignalingConfig config = config();
        JsonNode vectors = MAPPER.readTree(WRONG_FIELDS);
        try (SignalingServer server = SignalingServer.start(config);
                RawSocket raw = RawSocket.hello(server.uri())) {
            raw.text("{\"t\":\"join\",\"id\":1,\"room\":\"r\"}");
            raw.readUntil("ok");
            for (JsonNode vector : vectors) {
                raw.text(vector.get("text").asText());
                JsonNode answer = MAPPER.readTree(raw.read().text());
                String name = vector.get("name").asText();
                assertThat(answer.get("t").asText()).as(name).isEqualTo("err");
                assertThat(answer.get("name").asText())
                        .as(name)
                        .isEqualTo(vector.get("error").asText());
                assertThat(answer.get("code").asInt()).as(name).isBetween(2400, 2499);
                assertThat(answer.path("re").asLong())
                        .as(name)
                        .isEqualTo(vector.get("id").asLong());
            }
            raw.text("{\"t\":\"leave\",\"id\":100000,\"room\":\"r\"}");
            assertThat(raw.readUntil("ok")).contains("\"re\":100000");
            assertThat(server.counters())
                    .containsEntry(SignalingCounter.MALFORMED, (long) vectors.size())
                    .containsEntry(SignalingCounter.FAULTS, 0L);
        }
        assertThat(vectors).hasSizeGreaterThan(300);
    }

    private record Case(String name, String text, String error) {}

    /** With ids of their own, since the same id would get the same answer. */
    private static List<Case> corpus() throws IOException {
        List<Case> cases = new ArrayList<>();
        int id = 1_000;
        for (JsonNode vector : MAPPER.readTree(VECTORS)) {
            String text = vector.get("text").asText().replaceFirst("\"id\":[147](?=[,}])", "\"id\":" + id++);
            cases.add(new Case(
                    vector.get("name").asText(), text, vector.get("error").asText()));
        }
        String deep = "{\"t\":\"join\",\"id\":1,\"room\":\"r\",\"meta\":{\"a\":" + "[".repeat(60_000);
        cases.add(new Case("deep nesting", deep, "bad_message"));
        return cases;
    }
}
