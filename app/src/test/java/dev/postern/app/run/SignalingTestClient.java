package dev.postern.app.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A program, not a browser, on the signaling socket: sends text and takes what comes, one message after the other. */
final class SignalingTestClient implements AutoCloseable {

    private static final long WAIT_SECONDS = 20;

    private final ObjectMapper json = new ObjectMapper();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    SignalingTestClient(URI pages) {
        URI uri = URI.create("ws://" + pages.getAuthority() + "/signal/v1/ws");
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("postern.v1.json")
                .buildAsync(uri, new Inbox())
                .orTimeout(WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    void send(String message) {
        socket.sendText(message, true).orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** The next message; its field {@code t} must be this. */
    JsonNode expect(String type) throws InterruptedException, JsonProcessingException {
        String text = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (text == null) {
            throw new AssertionError("no message came, but " + type + " was expected");
        }
        JsonNode message = json.readTree(text);
        if (!message.path("t").asText().equals(type)) {
            throw new AssertionError("expected " + type + ", got " + text);
        }
        return message;
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Inbox implements WebSocket.Listener {

        private final StringBuilder partial = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                received.add(partial.toString());
                partial.setLength(0);
            }
            return WebSocket.Listener.super.onText(from, data, last);
        }
    }
}
