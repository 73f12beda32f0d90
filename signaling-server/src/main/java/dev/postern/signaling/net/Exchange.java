package dev.postern.signaling.net;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One HTTP request and the way to answer it, once. */
record Exchange(Request request, Response response, Callback callback) {

    void json(int status, String json) {
        json(status, json, callback);
    }

    void json(int status, String json, Callback whenSent) {
        Replies.send(request, response, whenSent, status, Replies.JSON, json);
    }

    void refuse(Refusal refusal) {
        json(refusal.status(), refusal.json());
    }

    void noContent() {
        response.setStatus(HttpStatus.NO_CONTENT_204);
        response.write(true, null, callback);
    }
}
