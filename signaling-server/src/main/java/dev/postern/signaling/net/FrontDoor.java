package dev.postern.signaling.net;

import dev.postern.signaling.JsonEndpoint;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.protocol.Protocol;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.jspecify.annotations.Nullable;

/** Where every HTTP request comes in: the socket, the streams, their check, health, the embedder's endpoints, and pages. */
final class FrontDoor extends Handler.Abstract {

    private static final String HEALTH_PATH = "/healthz";
    /** Every carrier is always there; where one is not, a middlebox is why. */
    private static final String OK_JSON = "{\"ok\":true,\"carriers\":[\"websocket\",\"sse\",\"long-poll\"]}";

    private final Map<String, JsonEndpoint> endpoints;
    private final @Nullable Pages pages;
    private final Admission admission;
    private final Posts posts;
    private final StreamDoor streams;
    private final SocketUpgrade upgrade;
    private final Map<String, BinaryUpgrade> sockets = new LinkedHashMap<>();
    private final @Nullable HttpDeadlines deadlines;
    private final Counters counters;
    private final HubLoop loop;
    private final @Nullable String strictTransport;

    /** @param deadlines who must know that a request has come; null where the server is another's */
    FrontDoor(
            SignalingConfig config,
            WebSocketMappings mappings,
            Admission admission,
            @Nullable HttpDeadlines deadlines,
            SocketSettings settings) {
        this.endpoints = config.endpoints();
        this.pages = config.pages() == null ? null : new Pages(config.pages());
        this.admission = admission;
        this.posts = new Posts(config.posts(), admission);
        this.streams = new StreamDoor(admission, settings, StreamSettings.of(config));
        this.upgrade = new SocketUpgrade(mappings, settings);
        config.sockets()
                .forEach((path, endpoint) -> sockets.put(path, new BinaryUpgrade(endpoint, mappings, settings)));
        this.deadlines = deadlines;
        this.counters = settings.counters();
        this.loop = settings.loop();
        long seconds = config.edge().strictTransport().toSeconds();
        this.strictTransport = seconds == 0 ? null : "max-age=" + seconds;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Callback done = deadlines == null ? callback : deadlines.busy(request, callback);
        if (strictTransport != null && request.isSecure()) {
            response.getHeaders().put(HttpHeader.STRICT_TRANSPORT_SECURITY, strictTransport);
        }
        boolean isConnect = HttpMethod.CONNECT.is(request.getMethod());
        if (isConnect && !isWebSocket(request)) {
            Replies.send(request, response, done, HttpStatus.BAD_REQUEST_400, Replies.TEXT, "No proxy.\n");
            return true;
        }
        String path = Request.getPathInContext(request);
        if (posts.handle(path, request, response, done) || streams.handle(path, request, response, done)) {
            return true;
        }
        boolean isGet = isConnect || HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
        if (!isGet) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            Replies.send(request, response, done, HttpStatus.METHOD_NOT_ALLOWED_405, Replies.TEXT, "GET only.\n");
            return true;
        }
        switch (path) {
            case Protocol.SOCKET_PATH -> socket(request, response, done);
            case Protocol.CHECK_PATH -> check(request, response, done);
            case HEALTH_PATH -> health(request, response, done);
            default -> other(path, request, response, done);
        }
        return true;
    }

    /** Whether a path is the signaling's, or of one of the endpoints beside it: not health or a page, which a host has itself. */
    boolean isAbout(String path) {
        return path.equals(Protocol.SOCKET_PATH)
                || path.equals(Protocol.CHECK_PATH)
                || streams.isAbout(path)
                || posts.isAbout(path)
                || sockets.containsKey(path)
                || endpoints.keySet().stream().anyMatch(path::startsWith);
    }

    /** Whether a CONNECT is the handshake of a WebSocket over HTTP/2 (RFC 8441). */
    private static boolean isWebSocket(Request request) {
        TunnelSupport tunnel = request.getTunnelSupport();
        return tunnel != null && "websocket".equalsIgnoreCase(tunnel.getProtocol());
    }

    private void socket(Request request, Response response, Callback callback) {
        Refusal refusal = admission.ofUpgrade(request);
        if (refusal != null) {
            counters.count(refusal.counter());
            Replies.send(request, response, callback, refusal.status(), Replies.JSON, refusal.json());
        } else if (!upgrade.handle(request, response, callback)) {
            response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
            String sentence = "This is a WebSocket; ask " + Protocol.CHECK_PATH + " why it does not open.\n";
            Replies.send(request, response, callback, HttpStatus.UPGRADE_REQUIRED_426, Replies.TEXT, sentence);
        }
    }

    /** Readable for pages of every origin, since it is there to tell a page why it may not use the socket. */
    private void check(Request request, Response response, Callback callback) {
        Refusal refusal = admission.ofCheck(request);
        response.getHeaders().put("Access-Control-Allow-Origin", "*");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        String json = refusal == null ? OK_JSON : refusal.json();
        Replies.send(request, response, callback, HttpStatus.OK_200, Replies.JSON, json);
    }

    private void health(Request request, Response response, Callback callback) {
        boolean isAlive = loop.isAlive();
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        int status = isAlive ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
        Replies.send(request, response, callback, status, Replies.TEXT, isAlive ? "ok\n" : "the hub has stopped\n");
    }

    private void binary(BinaryUpgrade socket, Request request, Response response, Callback callback) {
        Refusal refusal = admission.ofUpgrade(request, socket.subprotocol());
        if (refusal != null) {
            counters.count(refusal.counter());
            Replies.send(request, response, callback, refusal.status(), Replies.JSON, refusal.json());
        } else if (!socket.handle(request, response, callback)) {
            response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
            String sentence = "This is a WebSocket of " + socket.subprotocol() + ".\n";
            Replies.send(request, response, callback, HttpStatus.UPGRADE_REQUIRED_426, Replies.TEXT, sentence);
        }
    }

    private void other(String path, Request request, Response response, Callback callback) throws IOException {
        BinaryUpgrade socket = sockets.get(path);
        if (socket != null) {
            binary(socket, request, response, callback);
            return;
        }
        String json = endpointJson(path, request);
        if (json != null) {
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            Replies.send(request, response, callback, HttpStatus.OK_200, Replies.JSON, json);
        } else if (pages == null || !pages.serve(path, request, response, callback)) {
            Replies.send(request, response, callback, HttpStatus.NOT_FOUND_404, Replies.TEXT, "Not found.\n");
        }
    }

    private @Nullable String endpointJson(String path, Request request) {
        for (Map.Entry<String, JsonEndpoint> endpoint : endpoints.entrySet()) {
            if (path.startsWith(endpoint.getKey())) {
                return endpoint.getValue().get(path, query(request));
            }
        }
        return null;
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new LinkedHashMap<>();
        for (Fields.Field field : Request.extractQueryParameters(request)) {
            query.put(field.getName(), field.getValue());
        }
        return query;
    }
}
