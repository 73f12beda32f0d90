package dev.postern.peer.model;

import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK, as one of the carriers. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows in what is heard
final class HopSocket implements HoppingPeer.Carrier, WebSocket.Listener {

    private static final int NO_CODE = 1006;
    private static final int NORMAL = 1000;

    private final HoppingPeer.Ear ear;
    private final StringBuilder text = new StringBuilder();
    private final CompletableFuture<WebSocket> opening;
    /** What is being sent: one at a time. */
    private CompletableFuture<WebSocket> sending;

    HopSocket(URI server, HoppingPeer.Ear ear) {
        this.ear = ear;
        this.opening = HopStream.HTTP
                .newWebSocketBuilder()
                .subprotocols("postern.v1.json")
                .buildAsync(URI.create("ws://" + server.getAuthority() + "/signal/v1/ws"), this);
        this.sending = opening;
        opening.whenComplete((socket, failure) -> {
            if (failure != null) {
                ear.closed(NO_CODE);
            }
        });
    }

    @Override
    public void onOpen(WebSocket socket) {
        ear.opened();
        socket.request(1);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            ear.received(text.toString());
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        ear.closed(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable cause) {
        ear.closed(NO_CODE);
    }

    @Override
    public void send(String message) {
        sending = sending.thenCompose(socket -> socket.sendText(message, true));
    }

    @Override
    public void close(boolean onPurpose) {
        if (onPurpose) {
            sending.thenCompose(socket -> socket.sendClose(NORMAL, ""))
                    .whenComplete((socket, failure) -> opening.thenAccept(WebSocket::abort));
        } else {
            opening.thenAccept(WebSocket::abort);
        }
    }
}
