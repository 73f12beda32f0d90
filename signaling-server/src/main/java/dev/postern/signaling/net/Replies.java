package dev.postern.signaling.net;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Whole HTTP responses of known size. */
final class Replies {

    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";

    private Replies() {}

    static void send(Request request, Response response, Callback callback, int status, String type, String body) {
        send(request, response, callback, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The body is left out, but not its length, where the request is HEAD. */
    static void send(Request request, Response response, Callback callback, int status, String type, byte[] body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        boolean isHead = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, isHead ? null : ByteBuffer.wrap(body), callback);
    }
}
