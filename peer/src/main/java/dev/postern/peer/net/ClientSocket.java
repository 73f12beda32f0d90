package dev.postern.peer.net;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.core.SignalingEngine;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.Decoded;
import dev.postern.signaling.protocol.MessageCodec;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.exceptions.UpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket between Jetty and the engine. The next message is demanded only after the engine has taken this one, so that a
 * listener that takes its time fills the TCP window and nothing here. Its end is told once. Jetty calls {@code on...}; the
 * engine's thread calls the rest. Public for Jetty alone, which looks its methods up.
 */
public final class ClientSocket implements Session.Listener {

    private final int number;
    private final ClientLoop loop;
    private final MessageCodec codec;
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private volatile @Nullable Session session;
    private volatile boolean isGivenUp;

    ClientSocket(int number, ClientLoop loop, MessageCodec codec) {
        this.number = number;
        this.loop = loop;
        this.codec = codec;
    }

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        if (isGivenUp) {
            opened.disconnect();
            return;
        }
        loop.execute((now, engine) -> {
            engine.onOpen(now, number);
            opened.demand();
        });
    }

    @Override
    public void onWebSocketText(String text) {
        Decoded<ServerMessage> decoded = codec.decodeServer(text);
        loop.execute((now, engine) -> {
            try {
                give(now, engine, decoded);
            } finally {
                demand();
            }
        });
    }

    private void give(long now, SignalingEngine engine, Decoded<ServerMessage> decoded) {
        if (decoded instanceof Decoded.Message<ServerMessage> whole) {
            engine.onMessage(now, number, whole.message());
        } else {
            engine.onMalformed(now, number);
        }
    }

    private void demand() {
        Session open = session;
        if (open != null && open.isOpen()) {
            open.demand();
        }
    }

    @Override
    public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
        callback.succeed();
        ended((now, engine) -> engine.onClosed(now, number, code));
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        if (session == null) {
            onFailed(cause);
        } else {
            ended((now, engine) -> engine.onClosed(now, number, StatusCode.NO_CLOSE));
        }
    }

    /** Jetty could not open it. */
    void onFailed(Throwable failure) {
        SignalingCause cause = causeOf(failure);
        ended((now, engine) -> engine.onRefused(now, number, cause));
    }

    private static SignalingCause causeOf(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            int status = statusOf(at);
            if (status >= HttpStatus.BAD_REQUEST_400) {
                return passes(status) ? SignalingCause.REFUSED_FOR_NOW : SignalingCause.REFUSED;
            }
        }
        return SignalingCause.UNREACHABLE;
    }

    /** Jetty tells of it in the words of its API or of its core. */
    private static int statusOf(Throwable failure) {
        if (failure instanceof UpgradeException refused) {
            return refused.getResponseStatusCode();
        }
        return failure instanceof org.eclipse.jetty.websocket.core.exception.UpgradeException refused
                ? refused.getResponseStatusCode()
                : 0;
    }

    /**
     * A server that is busy or stopping, or a proxy whose server is away, answers otherwise in a while; and 400 is also what
     * a server says to a request that the network has cut short.
     */
    private static boolean passes(int status) {
        return status >= HttpStatus.INTERNAL_SERVER_ERROR_500
                || status == HttpStatus.BAD_REQUEST_400
                || status == HttpStatus.TOO_MANY_REQUESTS_429
                || status == HttpStatus.REQUEST_TIMEOUT_408;
    }

    private void ended(ClientLoop.Task task) {
        if (hasEnded.compareAndSet(false, true)) {
            loop.execute(task);
        }
    }

    void send(ClientMessage message) {
        Session open = session;
        if (open != null) {
            open.sendText(codec.encodeText(message), Callback.NOOP);
        }
    }

    /** Closes; what still comes is nobody's. A connection that is given up is cut: its other end may be gone. */
    void close(int code) {
        isGivenUp = true;
        hasEnded.set(true);
        Session open = session;
        if (open == null) {
            return;
        }
        if (code == SignalingEngine.GIVEN_UP) {
            open.close(code, null, Callback.from(open::disconnect, failure -> open.disconnect()));
        } else {
            open.close(code, null, Callback.NOOP);
        }
    }
}
