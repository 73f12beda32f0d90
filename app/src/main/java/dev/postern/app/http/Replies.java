package dev.postern.app.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Whole responses that nobody keeps. */
public final class Replies {

    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    private Replies() {}

    /** Plain text. */
    public static void text(Response response, Callback callback, int status, String body) {
        send(response, callback, status, TEXT, body);
    }

    /** A JSON text. */
    public static void json(Response response, Callback callback, int status, String body) {
        send(response, callback, status, JSON, body);
    }

    /** A body of that content type. */
    public static void send(Response response, Callback callback, int status, String type, String body) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.write(true, ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
