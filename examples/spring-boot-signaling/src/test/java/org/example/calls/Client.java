package org.example.calls;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the signaling on nothing but the JDK. */
final class Client implements WebSocket.Listener {

    private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;

    Client(HttpClient http, URI signaling, String origin) {
        socket = http.newWebSocketBuilder()
                .header("Origin", origin)
                .subprotocols("postern.v1.json")
                .buildAsync(signaling, this)
                .join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
        part.append(text);
        if (last) {
            inbox.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        inbox.add("closed " + code);
        return null;
    }

    Client send(String json) {
        socket.sendText(json, true).join();
        return this;
    }

    /** The next message with this in it; others are passed over. */
    String next(String part) throws InterruptedException {
        while (true) {
            String message = inbox.poll(20, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("nothing came with " + part);
            }
            if (message.contains(part)) {
                return message;
            }
        }
    }

    static String field(String name, String json) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + json);
        }
        return matcher.group(1);
    }

    void leave() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
}
