package dev.postern.signaling.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.CodecLimits;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client of an HTTP stream, by a TCP connection for each request, from a page of the server's own origin. */
final class StreamPeer {

    static final String PATH = "/signal/v1/stream";
    private static final int PATIENCE_MILLIS = 20_000;

    private final MessageCodec codec = new MessageCodec(CodecLimits.STANDARD);
    private final URI server;
    private final String id;
    private final List<ServerMessage> inbox = new ArrayList<>();
    private long after;
    private long nextId = 1;

    private StreamPeer(URI server, String id) {
        this.server = server;
        this.id = id;
    }

    static StreamPeer hello(URI server) throws IOException {
        return hello(server, null);
    }

    static StreamPeer hello(URI server, ClientMessage.@Nullable Resume resume) throws IOException {
        return greet(server, new ClientMessage.Hello(1, List.of(), resume));
    }

    static StreamPeer greet(URI server, ClientMessage.Hello hello) throws IOException {
        String response = open(server, new MessageCodec(CodecLimits.STANDARD).encodeText(hello));
        assertThat(response).startsWith("HTTP/1.1 201 ");
        String body = response.substring(response.indexOf("\r\n\r\n") + 4);
        String start = "{\"stream\":\"";
        assertThat(body).startsWith(start);
        int end = body.indexOf('"', start.length());
        StreamPeer peer = new StreamPeer(server, body.substring(start.length(), end));
        peer.take(body.substring(body.indexOf('[', end), body.length() - 1));
        return peer;
    }

    /** The whole answer to a POST that opens a stream with this text. */
    static String open(URI server, String text) throws IOException {
        try (RawSocket raw = RawSocket.connect(server)) {
            return raw.json("POST", PATH, "Origin: " + raw.origin(), text);
        }
    }

    String path() {
        return PATH + "/" + id;
    }

    String id() {
        return id;
    }

    /** The index of the latest message that was taken. */
    long after() {
        return after;
    }

    /** Posts one text or an array of them; the whole answer. */
    String post(String body) throws IOException {
        try (RawSocket raw = RawSocket.connect(server)) {
            return raw.json("POST", path(), "Origin: " + raw.origin(), body);
        }
    }

    void send(ClientMessage message) throws IOException {
        assertThat(post(codec.encodeText(message))).startsWith("HTTP/1.1 204 ");
    }

    void join(String room) throws IOException {
        send(new ClientMessage.Join(nextId++, room, null, Meta.EMPTY, ClientMessage.NO_GOT));
    }

    /** The whole answer to a GET with this query. */
    String get(String query) throws IOException {
        try (RawSocket raw = RawSocket.connect(server)) {
            return raw.http("GET", path() + query, "");
        }
    }

    /** One poll, whose messages are kept for {@link #next}; how many there were. */
    int poll(long waitMillis) throws IOException {
        String response = get("?after=" + after + "&wait=" + waitMillis);
        assertThat(response).startsWith("HTTP/1.1 200 ");
        return take(response.substring(response.indexOf("\r\n\r\n") + 4));
    }

    private int take(String array) {
        List<String> items = Batch.split(array, 10_000);
        for (String item : items) {
            assertThat(item).matches("\\{\"i\":[0-9]+,\"m\":\\{.*}}");
            int comma = item.indexOf(',');
            after = Long.parseLong(item.substring(5, comma));
            keep(item.substring(comma + 5, item.length() - 1));
        }
        return items.size();
    }

    /** Takes a message that came another way, under its index. */
    void takeEvent(long index, String json) {
        after = index;
        keep(json);
    }

    private void keep(String json) {
        if (codec.decodeServer(json) instanceof Decoded.Message<ServerMessage> read) {
            inbox.add(read.message());
        } else {
            throw new AssertionError("the server sent what is no message: " + json);
        }
    }

    /** The first message of this type that was not taken yet, polling for it. */
    <M extends ServerMessage> M next(Class<M> type) throws IOException {
        while (true) {
            M found = taken(type);
            if (found != null) {
                return found;
            }
            assertThat(poll(PATIENCE_MILLIS))
                    .as("messages while waiting for " + type)
                    .isPositive();
        }
    }

    /** Takes every message of this type that has come; how many there were. */
    int takeAll(Class<? extends ServerMessage> type) {
        int before = inbox.size();
        inbox.removeIf(type::isInstance);
        return before - inbox.size();
    }

    private <M extends ServerMessage> @Nullable M taken(Class<M> type) {
        for (ServerMessage message : inbox) {
            if (type.isInstance(message)) {
                inbox.remove(message);
                return type.cast(message);
            }
        }
        return null;
    }

    /** The welcome, which came with the opening. */
    ServerMessage.Welcome welcome() {
        return Objects.requireNonNull(taken(ServerMessage.Welcome.class));
    }

    /** A GET for events, whose connection is the caller's. */
    RawSocket events(String headers) throws IOException {
        RawSocket raw = RawSocket.connect(server);
        askForEvents(raw, headers);
        return raw;
    }

    void askForEvents(RawSocket raw, String headers) throws IOException {
        raw.sendHead("GET", path(), "Accept: text/event-stream\n" + headers);
    }

    /** Reads one event from there. */
    void readEvent(RawSocket raw) throws IOException {
        long index = Long.parseLong(raw.readLine("id:"));
        takeEvent(index, raw.readLine("data:"));
    }

    /** Ends the stream on purpose; the whole answer. */
    String delete() throws IOException {
        try (RawSocket raw = RawSocket.connect(server)) {
            return raw.http("DELETE", path(), "Origin: " + raw.origin());
        }
    }
}
