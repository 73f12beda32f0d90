package dev.postern.signaling.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.postern.signaling.protocol.Vectors.Vector;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenVectorsTest {

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);

    @ParameterizedTest
    @MethodSource("client")
    void everyClientVectorIsReadAndWrittenBackTheSame(Vector vector) throws IOException {
        JsonNode json = vector.json().get("message");
        ClientMessage message = messageOf(codec.decodeClient(json.toString()));
        assertThat(Vectors.MAPPER.readTree(codec.encode(message))).isEqualTo(json);
    }

    @ParameterizedTest
    @MethodSource("server")
    void everyServerVectorIsReadAndWrittenBackTheSame(Vector vector) throws IOException {
        JsonNode json = vector.json().get("message");
        ServerMessage message = messageOf(codec.decodeServer(json.toString()));
        assertThat(Vectors.MAPPER.readTree(codec.encode(message))).isEqualTo(json);
    }

    @ParameterizedTest
    @MethodSource("lenient")
    void everyLenientTextIsReadAsItsPlainForm(Vector vector) {
        ClientMessage message =
                messageOf(codec.decodeClient(vector.json().get("text").asText()));
        assertThat(message)
                .isEqualTo(
                        messageOf(codec.decodeClient(vector.json().get("same").toString())));
    }

    @Test
    void theVectorsShowEveryMessageType() {
        assertThat(client().map(v -> v.json().get("message").get("t").asText()).distinct())
                .containsExactlyInAnyOrder(
                        "hello", "join", "leave", "sig", "ice", "auth", "kick", "lock", "ack", "ping", "pong")
                .hasSameSizeAs(ClientMessage.Handler.class.getDeclaredMethods());
        assertThat(server().map(v -> v.json().get("message").get("t").asText()).distinct())
                .containsExactlyInAnyOrder(
                        "welcome",
                        "ok",
                        "err",
                        "sig",
                        "ice",
                        "peer",
                        "room",
                        "ice-servers",
                        "expiring",
                        "bye",
                        "ping",
                        "pong")
                .hasSameSizeAs(ServerMessage.Handler.class.getDeclaredMethods());
    }

    private static <M> M messageOf(Decoded<M> decoded) {
        assertThat(decoded).isInstanceOf(Decoded.Message.class);
        return ((Decoded.Message<M>) decoded).message();
    }

    static Stream<Vector> client() {
        return Vectors.of("client.json");
    }

    static Stream<Vector> server() {
        return Vectors.of("server.json");
    }

    static Stream<Vector> lenient() {
        return Vectors.of("lenient.json");
    }
}
