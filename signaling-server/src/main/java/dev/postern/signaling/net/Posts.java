package dev.postern.signaling.net;

import dev.postern.signaling.PostEndpoint;
import dev.postern.signaling.PostEndpoint.Answer;
import dev.postern.signaling.PostEndpoint.Question;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** POST at the paths of the embedder, with what a browser wants to know before and after (CORS). Any thread. */
final class Posts {

    private static final Logger LOG = LoggerFactory.getLogger(Posts.class);
    private static final String PREFLIGHT_SECONDS = "600";
    private static final Answer FAILED =
            new Answer(HttpStatus.INTERNAL_SERVER_ERROR_500, "{\"error\":\"internal\"}", Map.of());

    private final Map<String, PostEndpoint> endpoints;
    private final Admission admission;

    Posts(Map<String, PostEndpoint> endpoints, Admission admission) {
        this.endpoints = endpoints;
        this.admission = admission;
    }

    /** Whether a path is one of theirs. */
    boolean isAbout(String path) {
        return endpoints.containsKey(path);
    }

    /** Answers if the path is an endpoint's, whatever the method. */
    boolean handle(String path, Request request, Response response, Callback callback) {
        PostEndpoint endpoint = endpoints.get(path);
        if (endpoint == null) {
            return false;
        }
        response.getHeaders().put(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Refusal refusal = admission.ofPost(request);
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (refusal == null && origin != null) {
            response.getHeaders().put("Access-Control-Allow-Origin", origin);
        }
        if (refusal != null) {
            Replies.send(request, response, callback, refusal.status(), Replies.JSON, refusal.json());
        } else if (HttpMethod.OPTIONS.is(request.getMethod())) {
            preflight(request, response, callback);
        } else if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "POST, OPTIONS");
            Replies.send(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, Replies.TEXT, "POST only.\n");
        } else if (hasBody(request)) {
            Replies.send(request, response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, Replies.TEXT, "No body.\n");
        } else {
            ask(endpoint, request, response, callback);
        }
        return true;
    }

    private static boolean hasBody(Request request) {
        return request.getLength() > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }

    private static void preflight(Request request, Response response, Callback callback) {
        response.getHeaders().put("Access-Control-Allow-Methods", "POST");
        response.getHeaders().put("Access-Control-Allow-Headers", "authorization");
        response.getHeaders().put("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        Replies.send(request, response, callback, HttpStatus.OK_200, Replies.TEXT, "");
    }

    private static void ask(PostEndpoint endpoint, Request request, Response response, Callback callback) {
        Question question = new Question(source(request), request.getHeaders().get(HttpHeader.AUTHORIZATION));
        endpoint.post(question)
                .exceptionally(failure -> {
                    LOG.atError().setCause(failure).log("an endpoint failed");
                    return FAILED;
                })
                .thenAccept(answer -> {
                    answer.headers().forEach(response.getHeaders()::put);
                    Replies.send(request, response, callback, answer.status(), Replies.JSON, answer.json());
                });
    }

    private static InetAddress source(Request request) {
        SocketAddress address = request.getConnectionMetaData().getRemoteSocketAddress();
        return address instanceof InetSocketAddress inet && !inet.isUnresolved()
                ? inet.getAddress()
                : InetAddress.getLoopbackAddress();
    }
}
