package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.protocol.Protocol;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Where the requests of HTTP streams come in. Who may open one is judged as for a WebSocket; who may use one is whoever has its id,
 * and where the request names an origin it must be the one of the page that opened it. There is no cookie. Any thread.
 */
final class StreamDoor {

    private static final String PREFLIGHT_SECONDS = "600";
    private static final String JSON_TYPE = "application/json";
    /** As many digits as the highest integer of the protocol has. */
    private static final int MAX_DIGITS = 16;

    private final Admission admission;
    private final SocketSettings settings;
    private final StreamSettings bounds;
    private final Streams streams;
    private final AddressLimits bodies;

    StreamDoor(Admission admission, SocketSettings settings, StreamSettings bounds) {
        this.admission = admission;
        this.settings = settings;
        this.bounds = bounds;
        this.streams = new Streams(settings, bounds);
        this.bodies = new AddressLimits(bounds.bodiesPerAddress());
    }

    /** Whether a path is one of theirs. */
    boolean isAbout(String path) {
        return path.equals(Protocol.STREAM_PATH) || path.startsWith(Protocol.STREAM_PATH + "/");
    }

    /** Answers if the path is a stream's, whatever the method. */
    boolean handle(String path, Request request, Response response, Callback callback) {
        if (!isAbout(path)) {
            return false;
        }
        boolean isOpening = path.equals(Protocol.STREAM_PATH);
        settings.counters().count(SignalingCounter.STREAM_REQUESTS);
        Exchange exchange = new Exchange(request, response, callback);
        response.getHeaders().put(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Refusal refusal = admission.ofOrigin(request);
        if (refusal != null) {
            refuse(exchange, refusal);
            return true;
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null) {
            response.getHeaders().put("Access-Control-Allow-Origin", origin);
        }
        if (request.getMethod().equals("OPTIONS")) {
            preflight(exchange);
        } else if (isOpening) {
            opening(exchange, origin);
        } else {
            using(path.substring(Protocol.STREAM_PATH.length() + 1), exchange, origin);
        }
        return true;
    }

    private static void preflight(Exchange exchange) {
        HttpFields.Mutable headers = exchange.response().getHeaders();
        headers.put("Access-Control-Allow-Methods", "GET, POST, DELETE");
        headers.put("Access-Control-Allow-Headers", "content-type, last-event-id");
        headers.put("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        exchange.noContent();
    }

    private void opening(Exchange exchange, @Nullable String origin) {
        if (!exchange.request().getMethod().equals("POST")) {
            notAllowed(exchange, "POST, OPTIONS");
            return;
        }
        Refusal refusal = admission.ofUpgrade(exchange.request());
        if (refusal == null && streams.isFull()) {
            refusal = Refusal.STREAMS_FULL;
        }
        if (refusal != null) {
            refuse(exchange, refusal);
        } else {
            read(exchange, () -> {}, (text, bytes) -> open(exchange, origin, text, bytes));
        }
    }

    private void open(Exchange exchange, @Nullable String origin, String text, int bytes) {
        SocketAddress remote = exchange.request().getConnectionMetaData().getRemoteSocketAddress();
        if (!settings.addresses().take(remote)) {
            refuse(exchange, Refusal.RATE_LIMITED);
            return;
        }
        SignalStream stream = streams.add(remote, origin);
        stream.open(PollFeed.opening(stream, exchange, bounds.openingNanos()), text, bytes);
    }

    private void using(String id, Exchange exchange, @Nullable String origin) {
        String method = exchange.request().getMethod();
        if (!List.of("GET", "POST", "DELETE").contains(method)) {
            notAllowed(exchange, "GET, POST, DELETE, OPTIONS");
            return;
        }
        SignalStream stream = streams.find(id, origin);
        if (stream == null || (method.equals("POST") && !stream.isOpen())) {
            refuse(exchange, Refusal.STREAM_UNKNOWN);
        } else if (method.equals("DELETE")) {
            stream.leave();
            exchange.noContent();
        } else if (!stream.admits(System.nanoTime())) {
            refuse(exchange, Refusal.STREAM_FLOODED);
        } else if (method.equals("POST")) {
            post(stream, exchange);
        } else {
            get(stream, exchange);
        }
    }

    private void post(SignalStream stream, Exchange exchange) {
        if (!stream.beginPost()) {
            refuse(exchange, Refusal.STREAM_BUSY);
            return;
        }
        read(exchange, stream::endPost, (text, bytes) -> {
            List<String> texts = Batch.split(text, bounds.batchMessages());
            if (texts.size() > bounds.batchMessages()) {
                stream.endPost();
                refuse(exchange, Refusal.BATCH_TOO_LONG);
            } else {
                stream.receive(texts, bytes, exchange::noContent);
            }
        });
    }

    private void get(SignalStream stream, Exchange exchange) {
        Fields query = Request.extractQueryParameters(exchange.request());
        long after = Math.max(
                number(query.getValue("after")),
                number(exchange.request().getHeaders().get("Last-Event-ID")));
        long waitMillis = number(query.getValue("wait"));
        if (isBad(query.getValue("after"))
                || isBad(exchange.request().getHeaders().get("Last-Event-ID"))
                || isBad(query.getValue("wait"))) {
            refuse(exchange, Refusal.BAD_NUMBER);
        } else if (!stream.canGoOnAfter(after)) {
            refuse(exchange, Refusal.MESSAGES_GONE);
        } else if (stream.onDelivered(after)) { // it may ask before the server knows that its bye was written
            refuse(exchange, Refusal.STREAM_UNKNOWN);
        } else if (wantsEvents(exchange.request())) {
            EventFeed feed =
                    new EventFeed(stream, exchange, after, bounds.keepAliveNanos(), settings.sendDeadlineNanos());
            exchange.request().addIdleTimeoutListener(idle -> false);
            feed.begin();
            stream.attach(feed, after);
        } else {
            long waitNanos = Math.min(bounds.pollNanos(), TimeUnit.MILLISECONDS.toNanos(waitMillis));
            exchange.request().addIdleTimeoutListener(idle -> false);
            stream.attach(PollFeed.after(after, stream, exchange, waitNanos), after);
        }
    }

    private static boolean wantsEvents(Request request) {
        return request.getHeaders().getCSV(HttpHeader.ACCEPT, false).stream()
                .anyMatch(type -> type.toLowerCase(Locale.ROOT).startsWith(EventFeed.TYPE));
    }

    /** 0 where there is none. */
    private static long number(@Nullable String text) {
        return text == null || isBad(text) ? 0 : Long.parseLong(text);
    }

    private static boolean isBad(@Nullable String text) {
        return text != null
                && (text.isEmpty()
                        || text.length() > MAX_DIGITS
                        || !text.chars().allMatch(c -> c >= '0' && c <= '9')
                        || Long.parseLong(text) > Protocol.MAX_INTEGER);
    }

    /** What is done with the body of a POST. */
    private interface Taker {

        void take(String text, int bytes);
    }

    /** Reads the body, one of a bounded number that an address may have under way; {@code whenRefused} is run if it is not taken. */
    private void read(Exchange exchange, Runnable whenRefused, Taker taker) {
        Request request = exchange.request();
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        Refusal refusal = ofBody(request);
        if (refusal == null && !bodies.take(remote)) {
            refusal = Refusal.TOO_MANY_BODIES;
        }
        if (refusal != null) {
            whenRefused.run();
            refuse(exchange, refusal);
            return;
        }
        RequestBody.Taker whole = new RequestBody.Taker() {
            @Override
            public void onText(String text, int bytes) {
                bodies.giveBack(remote);
                taker.take(text, bytes);
            }

            @Override
            public void onRefused(Refusal why) {
                bodies.giveBack(remote);
                whenRefused.run();
                refuse(exchange, why);
            }
        };
        new RequestBody(request, settings.messageBytes(), settings.messageDeadlineNanos(), settings.watch(), whole)
                .read();
    }

    private @Nullable Refusal ofBody(Request request) {
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON_TYPE)) {
            return Refusal.BODY_NOT_JSON;
        }
        return request.getLength() > settings.messageBytes() ? Refusal.BODY_TOO_LONG : null;
    }

    private void refuse(Exchange exchange, Refusal refusal) {
        settings.counters().count(refusal.counter());
        exchange.refuse(refusal);
    }

    private void notAllowed(Exchange exchange, String methods) {
        settings.counters().count(SignalingCounter.STREAM_REQUESTS_REFUSED);
        exchange.response().getHeaders().put(HttpHeader.ALLOW, methods);
        Replies.send(
                exchange.request(),
                exchange.response(),
                exchange.callback(),
                HttpStatus.METHOD_NOT_ALLOWED_405,
                Replies.TEXT,
                methods + " only.\n");
    }
}
