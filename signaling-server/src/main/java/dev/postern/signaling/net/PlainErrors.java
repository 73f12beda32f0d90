package dev.postern.signaling.net;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers a request that Jetty refuses with its status and nothing else: no stack, no name of the server. */
final class PlainErrors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() >= HttpStatus.BAD_REQUEST_400
                ? response.getStatus()
                : HttpStatus.INTERNAL_SERVER_ERROR_500;
        Replies.send(request, response, callback, status, Replies.TEXT, HttpStatus.getMessage(status) + "\n");
        return true;
    }
}
