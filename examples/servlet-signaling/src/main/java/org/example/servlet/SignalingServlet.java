package org.example.servlet;

import dev.postern.signaling.SignalingBridge;
import dev.postern.signaling.SignalingBridge.Handshake;
import dev.postern.signaling.SignalingBridge.Refusal;
import dev.postern.signaling.protocol.Protocol;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where requests of the signaling come in: to be mapped to {@code /signal/v1/*}. */
public final class SignalingServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private final transient SignalingBridge signaling;

    public SignalingServlet(SignalingBridge signaling) {
        this.signaling = signaling;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
        String path = request.getServletPath() + request.getPathInfo();
        if (path.equals(Protocol.CHECK_PATH)) {
            response.setHeader("Access-Control-Allow-Origin", "*"); // it is there to tell a page why it may not come in
            response.setHeader("Cache-Control", "no-store");
            json(response, HttpServletResponse.SC_OK, signaling.check(handshake(request)));
        } else if (path.equals(Protocol.SOCKET_PATH)) {
            open(handshake(request), request, response);
        } else {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
        }
    }

    /** The headers are read now: the request is gone when the socket is open. */
    private static Handshake handshake(HttpServletRequest request) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, List.copyOf(Collections.list(request.getHeaders(name))));
        }
        return new Handshake(
                new InetSocketAddress(request.getRemoteAddr(), request.getRemotePort()),
                request.isSecure(),
                name -> headers.getOrDefault(name, List.of()));
    }

    private void open(Handshake handshake, HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        Refusal refusal = signaling.refusal(handshake);
        if (refusal != null) {
            json(response, refusal.status(), refusal.json());
            return;
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            response.setHeader("Upgrade", "websocket");
            response.sendError(426);
            return;
        }
        ServerContainer container =
                (ServerContainer) getServletContext().getAttribute(ServerContainer.class.getName());
        ServerEndpointConfig config = ServerEndpointConfig.Builder.create(
                        SignalingEndpoint.class, Protocol.SOCKET_PATH)
                .subprotocols(List.of(Protocol.SUBPROTOCOL))
                .configurator(new ForOne(new SignalingEndpoint(signaling, handshake)))
                .build();
        try {
            container.upgradeHttpToWebSocket(request, response, config, Map.of());
        } catch (DeploymentException e) {
            throw new ServletException(e);
        }
    }

    private static void json(HttpServletResponse response, int status, String json) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.getWriter().write(json);
    }

    /** One handshake, whose Origin was looked at, gets the endpoint that was made for it and no extension: compression costs memory. */
    private static final class ForOne extends ServerEndpointConfig.Configurator {

        private final SignalingEndpoint endpoint;

        ForOne(SignalingEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public <T> T getEndpointInstance(Class<T> type) {
            return type.cast(endpoint);
        }

        @Override
        public boolean checkOrigin(String origin) {
            return true;
        }

        @Override
        public List<Extension> getNegotiatedExtensions(
                List<Extension> installed, List<Extension> requested) {
            return List.of();
        }
    }
}
