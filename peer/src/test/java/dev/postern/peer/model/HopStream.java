package dev.postern.peer.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP stream (docs/signaling-protocol.md) as one of the carriers, read as events or by polling. A request whose answer does not come
 * is made again, so that the server may have it twice. The loop's thread, but for reading events.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows in what is heard
final class HopStream implements HoppingPeer.Carrier {

    static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMillis(700);
    private static final int POLL_MILLIS = 300;
    private static final int AGAIN_MILLIS = 15;
    private static final int MAX_FAILURES = 6;
    private static final int BATCH = 16;
    private static final int NO_CODE = 1006;

    private final URI streams;
    private final boolean readsEvents;
    private final HoppingPeer.Ear ear;
    private final Deque<String> waiting = new ArrayDeque<>();
    private @Nullable String id;
    private boolean isPosting;
    private boolean isOver;
    private int failures;
    private long after;
    private int goodbye = NO_CODE;
    private volatile @Nullable Stream<String> events;

    HopStream(URI server, boolean readsEvents, HoppingPeer.Ear ear) {
        this.streams = server.resolve("/signal/v1/stream");
        this.readsEvents = readsEvents;
        this.ear = ear;
        ear.opened();
    }

    @Override
    public void send(String text) {
        waiting.add(text);
        post();
    }

    @Override
    public void close(boolean onPurpose) {
        isOver = true;
        Stream<String> reading = events;
        if (reading != null) {
            reading.close();
        }
        if (onPurpose && id != null) {
            HTTP.sendAsync(request().DELETE().build(), BodyHandlers.discarding());
        }
    }

    private void end() {
        if (!isOver) {
            close(false);
            ear.closed(goodbye);
        }
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(id == null ? streams : URI.create(streams + "/" + id))
                .timeout(PATIENCE);
    }

    /** Something did not work: it is done again in a while, or this carrier is given up. */
    private void again(Runnable action) {
        if (++failures > MAX_FAILURES || ear.loop().isShutdown()) {
            end();
        } else {
            ear.loop().schedule(() -> onLoop(action), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void onLoop(Runnable action) {
        if (!ear.loop().isShutdown()) {
            ear.run(() -> {
                if (!isOver) {
                    action.run();
                }
            });
        }
    }

    // ---- what goes up ----------------------------------------------------------------------------------------------

    private void post() {
        if (isOver || isPosting || waiting.isEmpty()) {
            return;
        }
        isPosting = true;
        if (id == null) {
            open(waiting.remove());
            return;
        }
        List<String> batch = new ArrayList<>();
        while (batch.size() < BATCH && !waiting.isEmpty()) {
            batch.add(waiting.remove());
        }
        post("[" + String.join(",", batch) + "]");
    }

    private void open(String hello) {
        HTTP.sendAsync(body(hello), BodyHandlers.ofString())
                .whenComplete((answer, failure) -> onLoop(() -> opened(failure == null ? answer : null)));
    }

    private HttpRequest body(String text) {
        return request()
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(text))
                .build();
    }

    private void opened(@Nullable HttpResponse<String> answer) {
        if (answer == null || answer.statusCode() != 201) {
            end();
            return;
        }
        JsonNode body = tree(answer.body());
        id = body.get("stream").asText();
        isPosting = false;
        take(body.get("messages"));
        read();
        post();
    }

    private void post(String batch) {
        if (isOver) {
            return;
        }
        HTTP.sendAsync(body(batch), BodyHandlers.discarding())
                .whenComplete((answer, failure) -> onLoop(() -> {
                    int status = failure == null ? answer.statusCode() : 0;
                    if (status == 204) {
                        failures = 0;
                        isPosting = false;
                        post();
                    } else if (status == 404 || status == 410) {
                        end();
                    } else {
                        again(() -> post(batch));
                    }
                }));
    }

    // ---- what comes down -------------------------------------------------------------------------------------------

    private void read() {
        if (isOver) {
            return;
        }
        if (readsEvents) {
            HttpRequest request = request()
                    .header("Accept", "text/event-stream")
                    .header("Last-Event-ID", Long.toString(after))
                    .build();
            HTTP.sendAsync(request, BodyHandlers.ofLines())
                    .whenComplete((answer, failure) -> onLoop(() -> readEvents(failure == null ? answer : null)));
        } else {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(streams + "/" + id + "?after=" + after + "&wait=" + POLL_MILLIS))
                    .timeout(PATIENCE.plusMillis(POLL_MILLIS))
                    .build();
            HTTP.sendAsync(request, BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> onLoop(() -> polled(failure == null ? answer : null)));
        }
    }

    private void polled(@Nullable HttpResponse<String> answer) {
        if (answer != null && answer.statusCode() == 200) {
            failures = 0;
            take(tree(answer.body()));
            read();
        } else {
            readAgain(answer);
        }
    }

    private void readAgain(@Nullable HttpResponse<?> answer) {
        if (answer != null && (answer.statusCode() == 404 || answer.statusCode() == 410)) {
            end();
        } else {
            again(this::read);
        }
    }

    private void readEvents(@Nullable HttpResponse<Stream<String>> answer) {
        if (answer == null || answer.statusCode() != 200) {
            readAgain(answer);
            return;
        }
        Stream<String> lines = answer.body();
        events = lines;
        Thread thread = new Thread(
                () -> {
                    try {
                        lines.forEach(new Events()::line);
                    } catch (RuntimeException e) {
                        // It broke: what was not taken comes again.
                    }
                    onLoop(() -> again(this::read));
                },
                "chaos-events");
        thread.setDaemon(true);
        thread.start();
    }

    /** The lines of one event stream; its reading thread. An event is whole when an empty line follows. */
    private final class Events {

        private String index = "";
        private String json = "";

        void line(String line) {
            if (line.startsWith("id:")) {
                index = line.substring("id:".length());
            } else if (line.startsWith("data:")) {
                json = line.substring("data:".length());
            } else if (line.isEmpty() && !json.isEmpty()) {
                long number = Long.parseLong(index);
                String message = json;
                json = "";
                onLoop(() -> {
                    failures = 0;
                    take(number, message);
                });
            }
        }
    }

    private void take(JsonNode items) {
        items.forEach(item -> take(item.get("i").asLong(), item.get("m").toString()));
    }

    private void take(long index, String json) {
        if (index <= after) {
            return;
        }
        JsonNode message = tree(json);
        after = index;
        if (message.get("t").asText().equals("bye")) {
            goodbye = message.get("code").asInt();
        }
        ear.received(json);
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the server sent what is no JSON: " + json, e);
        }
    }
}
