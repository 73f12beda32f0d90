package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.AddressBlock;
import dev.postern.signaling.PostEndpoint;
import dev.postern.signaling.PostEndpoint.Answer;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** What tests of proxies share: two addresses of this host, one of which servers list as a proxy, and requests from them. */
final class ProxyStage {

    static final String CLIENT = "127.0.0.1";
    static final String PROXY = "127.0.0.2";
    static final String SOCKET = "/signal/v1/ws";
    static final String WHO = "/who";

    private static final PostEndpoint TELLS_SOURCE = question -> CompletableFuture.completedFuture(
            new Answer(200, "{\"source\":\"" + question.source().getHostAddress() + "\"}", Map.of()));

    private ProxyStage() {}

    /** With an endpoint that answers where a request came from. */
    static SignalingConfig.Builder config() {
        return SignalingConfig.builder().post(WHO, TELLS_SOURCE);
    }

    static List<AddressBlock> blocks(String... texts) {
        return Stream.of(texts).map(AddressBlock::parse).toList();
    }

    static SignalingServer start(SignalingConfig.Builder builder) {
        try {
            return SignalingServer.start(builder.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String source(SignalingServer server, String from, String lines) throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(from, server.uri())) {
            String answer = raw.http("POST", WHO, lines);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
            return answer.substring(answer.indexOf("{\"source\":\"") + 11, answer.length() - 2);
        }
    }

    static String get(String from, SignalingServer server, String lines) throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(from, server.uri())) {
            return raw.http("GET", "/healthz", lines);
        }
    }

    static String upgradeFrom(String from, SignalingServer server, String lines) throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(from, server.uri())) {
            return raw.http("GET", SOCKET, RawSocket.handshake(lines));
        }
    }

    static String upgrade(SignalingServer server, String lines) throws IOException {
        try (RawSocket raw = RawSocket.connectFrom(PROXY, server.uri())) {
            return upgrade(raw, server, lines);
        }
    }

    static String upgrade(RawSocket raw, SignalingServer server, String lines) throws IOException {
        String origin = "Origin: http://" + server.uri().getAuthority() + "\n";
        return raw.http("GET", SOCKET, RawSocket.handshake(origin + lines));
    }

    static long count(SignalingServer server, SignalingCounter counter) {
        return server.counters().getOrDefault(counter, 0L);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
