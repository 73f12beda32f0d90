package dev.postern.signaling.net;

import dev.postern.signaling.SocketEndpoint;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.jspecify.annotations.Nullable;

/** Turns an admitted request into a {@link BinarySocket} of one endpoint; as {@link SocketUpgrade} without extensions. */
final class BinaryUpgrade extends WebSocketNegotiator.AbstractNegotiator {

    private static final int PART_BYTES = 16_384;

    private final SocketEndpoint endpoint;
    private final WebSocketMappings mappings;
    private final SocketSettings settings;

    BinaryUpgrade(SocketEndpoint endpoint, WebSocketMappings mappings, SocketSettings settings) {
        this.endpoint = endpoint;
        this.mappings = mappings;
        this.settings = settings;
        setAutoFragment(true);
        setMaxFrameSize(PART_BYTES);
        setIdleTimeout(Duration.ZERO); // the endpoint knows what idle means
    }

    String subprotocol() {
        return endpoint.subprotocol();
    }

    /** False, and nothing answered, if the request is no WebSocket handshake. */
    boolean handle(Request request, Response response, Callback callback) {
        return mappings.upgrade(this, request, response, callback, null);
    }

    @Override
    public @Nullable FrameHandler negotiate(
            ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        response.setExtensions(List.of());
        response.setAcceptedSubProtocol(endpoint.subprotocol());
        ConnectionMetaData connection = request.getConnectionMetaData();
        return new BinarySocket(
                endpoint,
                settings,
                address(connection.getRemoteSocketAddress()),
                address(connection.getLocalSocketAddress()),
                request.isSecure(),
                request.getComponents().getExecutor());
    }

    private static InetSocketAddress address(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new IllegalStateException("the server listens on TCP alone");
    }
}
