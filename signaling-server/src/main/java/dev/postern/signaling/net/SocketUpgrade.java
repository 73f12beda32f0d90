package dev.postern.signaling.net;

import dev.postern.signaling.protocol.Protocol;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;

/**
 * Turns an admitted request into a {@link SignalSocket}. No extension is agreed to: permessage-deflate costs ten times
 * the memory of an idle connection, and mixes secrets with text that strangers choose.
 */
final class SocketUpgrade extends WebSocketNegotiator.AbstractNegotiator {

    /**
     * Larger frames are handed on in parts of at most this size, so that none is gathered because it was announced; and as much may be gathered
     * for one write.
     */
    private static final int PART_BYTES = 16_384;

    private final WebSocketMappings mappings;
    private final SocketSettings settings;

    SocketUpgrade(WebSocketMappings mappings, SocketSettings settings) {
        this.mappings = mappings;
        this.settings = settings;
        setAutoFragment(true);
        setMaxFrameSize(PART_BYTES);
        setOutputBufferSize(PART_BYTES);
        // Liveness is the hub's heartbeat; Jetty would end an idle connection as if the client had closed it.
        setIdleTimeout(Duration.ZERO);
    }

    /** False, and nothing answered, if the request is no WebSocket handshake. */
    boolean handle(Request request, Response response, Callback callback) {
        return mappings.upgrade(this, new SignalUpgrade(request, settings.loop()), response, callback, null);
    }

    @Override
    public void customize(Configuration configurable) {
        super.customize(configurable);
        if (configurable instanceof WebSocketCoreSession session
                && session.getHandler() instanceof SignalSocket socket) {
            socket.session(session);
        }
    }

    @Override
    public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        response.setExtensions(List.of());
        if (request.hasSubProtocol(Protocol.SUBPROTOCOL)) {
            response.setAcceptedSubProtocol(Protocol.SUBPROTOCOL);
        }
        SignalSocket socket = new SignalSocket(
                settings,
                request.getConnectionMetaData().getRemoteSocketAddress(),
                request.getHeaders().get(HttpHeader.ORIGIN));
        SignalUpgrade upgrade = Request.as(request, SignalUpgrade.class);
        if (upgrade != null) {
            upgrade.socket(socket);
        }
        return socket;
    }
}
