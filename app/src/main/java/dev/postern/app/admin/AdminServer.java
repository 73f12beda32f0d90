package dev.postern.app.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.postern.app.http.OperatorServer;
import dev.postern.app.http.Replies;
import dev.postern.app.http.TokenGuard;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The admin listener: {@code GET /config}, {@code POST /turn/revoke}, {@code POST /turn/restore}, {@code POST /turn/drain}, {@code
 * POST /signaling/revoke} and {@code POST /signaling/restore}, JSON both ways, behind a {@link TokenGuard}. A body has at most {@value #MAX_BODY_BYTES} bytes.
 */
public final class AdminServer implements AutoCloseable {

    static final int MAX_BODY_BYTES = 4096;

    private static final int MAX_NAME_CHARACTERS = 512;
    private static final String CONFIG_PATH = "/config";
    private static final String REVOKE_PATH = "/turn/revoke";
    private static final String RESTORE_PATH = "/turn/restore";
    private static final String DRAIN_PATH = "/turn/drain";
    private static final String REVOKE_SESSIONS_PATH = "/signaling/revoke";
    private static final String RESTORE_SESSIONS_PATH = "/signaling/restore";
    private static final Duration LONGEST_DRAIN = Duration.ofDays(7);
    private static final String JSON = "application/json";
    private static final long PATIENCE_SECONDS = 5;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final OperatorServer server;

    private AdminServer(OperatorServer server) {
        this.server = server;
    }

    /**
     * Serves until closed.
     *
     * @throws IOException if the address cannot be bound
     */
    public static AdminServer start(TransportAddress listen, Administration administration, TokenGuard guard)
            throws IOException {
        return new AdminServer(OperatorServer.start("admin", listen, new Desk(administration, guard)));
    }

    /** The port that is bound. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    /** Takes the requests; blocks a thread for the moment that a body takes to come. */
    private static final class Desk extends Handler.Abstract {

        private final Administration administration;
        private final TokenGuard guard;

        Desk(Administration administration, TokenGuard guard) {
            this.administration = administration;
            this.guard = guard;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws IOException {
            TokenGuard.Verdict verdict = guard.judge(request);
            if (verdict != TokenGuard.Verdict.ADMITTED) {
                TokenGuard.refuse(verdict, response, callback);
                return true;
            }
            switch (Request.getPathInContext(request)) {
                case CONFIG_PATH -> {
                    if (isMethod(HttpMethod.GET, request, response, callback)) {
                        Replies.json(response, callback, HttpStatus.OK_200, administration.config());
                    }
                }
                case REVOKE_PATH -> {
                    if (isMethod(HttpMethod.POST, request, response, callback)) {
                        revoke(request, response, callback);
                    }
                }
                case RESTORE_PATH -> {
                    if (isMethod(HttpMethod.POST, request, response, callback)) {
                        restore(request, response, callback);
                    }
                }
                case DRAIN_PATH -> {
                    if (isMethod(HttpMethod.POST, request, response, callback)) {
                        drain(request, response, callback);
                    }
                }
                case REVOKE_SESSIONS_PATH -> {
                    if (isMethod(HttpMethod.POST, request, response, callback)) {
                        revokeSessions(request, response, callback);
                    }
                }
                case RESTORE_SESSIONS_PATH -> {
                    if (isMethod(HttpMethod.POST, request, response, callback)) {
                        restoreSessions(request, response, callback);
                    }
                }
                default ->
                    error(
                            response,
                            callback,
                            HttpStatus.NOT_FOUND_404,
                            "try GET /config, or POST /turn/revoke, /turn/restore, /turn/drain, /signaling/revoke or"
                                    + " /signaling/restore");
            }
            return true;
        }

        private static boolean isMethod(HttpMethod method, Request request, Response response, Callback callback) {
            if (method.is(request.getMethod())) {
                return true;
            }
            response.getHeaders().put(HttpHeader.ALLOW, method.asString());
            error(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only " + method.asString());
            return false;
        }

        private void revoke(Request request, Response response, Callback callback) throws IOException {
            JsonNode whom = object(request, response, callback);
            if (whom == null) {
                return;
            }
            String user = text(whom, "user");
            String room = text(whom, "room");
            if (whom.size() != 1 || (user == null && room == null)) {
                error(response, callback, HttpStatus.BAD_REQUEST_400, "send {\"user\":NAME} or {\"room\":NAME}");
                return;
            }
            CompletableFuture<Integer> revoked =
                    user != null ? administration.revokeUser(user) : administration.revokeRoom(String.valueOf(room));
            revoked.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .handle((ended, failure) -> answer(ended, failure, response, callback))
                    .join();
        }

        private static boolean answer(
                @Nullable Integer ended, @Nullable Throwable failure, Response response, Callback callback) {
            if (failure == null) {
                Replies.json(response, callback, HttpStatus.OK_200, "{\"ended\":" + ended + "}");
            } else {
                error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "not revoked, or not on every shard");
            }
            return failure == null;
        }

        private void restore(Request request, Response response, Callback callback) throws IOException {
            String user = user(request, response, callback);
            if (user != null) {
                boolean was = administration.restoreUser(user);
                Replies.json(response, callback, HttpStatus.OK_200, "{\"restored\":" + was + "}");
            }
        }

        private void revokeSessions(Request request, Response response, Callback callback) throws IOException {
            String user = user(request, response, callback);
            if (user != null) {
                administration
                        .revokeSessions(user)
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .handle((ended, failure) -> answer(ended, failure, response, callback))
                        .join();
            }
        }

        private void restoreSessions(Request request, Response response, Callback callback) throws IOException {
            String user = user(request, response, callback);
            if (user == null) {
                return;
            }
            administration
                    .restoreSessions(user)
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .handle((was, failure) -> {
                        if (failure == null) {
                            Replies.json(response, callback, HttpStatus.OK_200, "{\"restored\":" + was + "}");
                        } else {
                            error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "not restored");
                        }
                        return failure == null;
                    })
                    .join();
        }

        /** The one user that the body names; else null, and the request is answered. */
        private static @Nullable String user(Request request, Response response, Callback callback) throws IOException {
            JsonNode whom = object(request, response, callback);
            String user = whom == null ? null : text(whom, "user");
            if (whom != null && (whom.size() != 1 || user == null)) {
                error(response, callback, HttpStatus.BAD_REQUEST_400, "send {\"user\":NAME}");
                return null;
            }
            return user;
        }

        private void drain(Request request, Response response, Callback callback) throws IOException {
            JsonNode how = object(request, response, callback);
            if (how == null) {
                return;
            }
            JsonNode seconds = how.path("seconds");
            long within = seconds.isIntegralNumber() && seconds.canConvertToLong() ? seconds.asLong() : 0;
            if (how.size() != 1 || within < 1 || within > LONGEST_DRAIN.toSeconds()) {
                error(
                        response,
                        callback,
                        HttpStatus.BAD_REQUEST_400,
                        "send {\"seconds\":N}, N from 1 to " + LONGEST_DRAIN.toSeconds());
                return;
            }
            administration
                    .drain(Duration.ofSeconds(within))
                    .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .handle((left, failure) -> {
                        if (failure == null) {
                            Replies.json(response, callback, HttpStatus.OK_200, "{\"allocations\":" + left + "}");
                        } else {
                            error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "no relay runs here");
                        }
                        return failure == null;
                    })
                    .join();
        }

        /** The body, if it is a JSON object of the right type and size; else null, and the request is answered. */
        private static @Nullable JsonNode object(Request request, Response response, Callback callback)
                throws IOException {
            String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
            if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
                error(response, callback, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, "send application/json");
                return null;
            }
            byte[] body = body(request);
            if (body == null) {
                error(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "at most " + MAX_BODY_BYTES + " bytes");
                return null;
            }
            JsonNode object = parse(body);
            if (object == null) {
                error(response, callback, HttpStatus.BAD_REQUEST_400, "send a JSON object");
            }
            return object;
        }

        private static byte @Nullable [] body(Request request) throws IOException {
            if (request.getLength() > MAX_BODY_BYTES) {
                return null;
            }
            try (InputStream in = Content.Source.asInputStream(request)) {
                byte[] body = in.readNBytes(MAX_BODY_BYTES + 1);
                return body.length > MAX_BODY_BYTES ? null : body;
            }
        }

        private static @Nullable JsonNode parse(byte[] body) throws IOException {
            try {
                JsonNode node = MAPPER.readTree(body);
                return node != null && node.isObject() ? node : null;
            } catch (JsonProcessingException e) {
                return null;
            }
        }

        /** A field that is a usable name; null otherwise. */
        private static @Nullable String text(JsonNode object, String field) {
            JsonNode value = object.get(field);
            if (value == null || !value.isTextual()) {
                return null;
            }
            String text = value.asText();
            return text.isEmpty() || text.length() > MAX_NAME_CHARACTERS ? null : text;
        }

        /** Constants only, so that nothing needs escaping. */
        private static void error(Response response, Callback callback, int status, String sentence) {
            Replies.json(response, callback, status, "{\"error\":\"" + sentence.replace("\"", "\\\"") + "\"}");
        }
    }
}
