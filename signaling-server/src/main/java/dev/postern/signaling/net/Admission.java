package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.WebOrigin;
import dev.postern.signaling.protocol.Protocol;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may open a WebSocket, by what the request says before it is upgraded. A browser cannot be kept from sending such
 * a request for a page of anyone, with the visitor's cookies and from the visitor's network (CWE-1385); it does say in
 * Origin whose page it is. Any thread.
 */
final class Admission {

    private final Set<WebOrigin> allowed;
    private final boolean allowNoOrigin;
    private final AddressLimits addresses;
    private volatile boolean isStopping;

    Admission(SignalingConfig config, AddressLimits addresses) {
        this.allowed = config.allowedOrigins().stream()
                .map(text -> Objects.requireNonNull(WebOrigin.parse(text)))
                .collect(Collectors.toUnmodifiableSet());
        this.allowNoOrigin = config.allowNoOrigin();
        this.addresses = addresses;
    }

    void stop() {
        isStopping = true;
    }

    /** Why this upgrade is refused; null if it is not. */
    @Nullable
    Refusal ofUpgrade(Request request) {
        return judge(request, request.getHeaders().getValuesList(HttpHeader.ORIGIN));
    }

    /** Why an upgrade to an embedder's WebSocket is refused, which must offer this subprotocol; null if it is not. */
    @Nullable
    Refusal ofUpgrade(Request request, String subprotocol) {
        Refusal refusal = ofPost(request);
        if (refusal == null
                && !allowNoOrigin
                && request.getHeaders().getValuesList(HttpHeader.ORIGIN).isEmpty()) {
            return Refusal.ORIGIN_MISSING;
        }
        if (refusal != null) {
            return refusal;
        }
        boolean offered = request.getHeaders()
                .getCSV(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, false)
                .contains(subprotocol);
        return offered ? ofAddress(request) : Refusal.SUBPROTOCOL_UNKNOWN;
    }

    private @Nullable Refusal ofAddress(Request request) {
        return addresses.isFull(request.getConnectionMetaData().getRemoteSocketAddress()) ? Refusal.RATE_LIMITED : null;
    }

    /**
     * Why an upgrade like this plain request would be refused; null if it would not. A browser sends no Origin with a
     * GET within one origin, and no page can forge Sec-Fetch-Site, which then says so.
     */
    @Nullable
    Refusal ofCheck(Request request) {
        List<String> origins = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        WebOrigin own = WebOrigin.ofHost("http", host(request.getHeaders()));
        boolean sameOrigin = origins.isEmpty()
                && own != null
                && "same-origin".equals(request.getHeaders().get("Sec-Fetch-Site"));
        return sameOrigin ? judgeRest(request) : judge(request, origins);
    }

    /** Why a page may not ask an endpoint with this request; null if it may, and for programs, which send no Origin. */
    @Nullable
    Refusal ofPost(Request request) {
        if (isStopping) {
            return Refusal.GOING_AWAY;
        }
        List<String> origins = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        boolean isAllowed =
                origins.isEmpty() || (origins.size() == 1 && isAllowed(origins.get(0), request.getHeaders()));
        return isAllowed ? null : Refusal.ORIGIN_NOT_ALLOWED;
    }

    private @Nullable Refusal judge(Request request, List<String> origins) {
        if (origins.isEmpty()) {
            return allowNoOrigin ? judgeRest(request) : Refusal.ORIGIN_MISSING;
        }
        boolean isAllowed = origins.size() == 1 && isAllowed(origins.get(0), request.getHeaders());
        return isAllowed ? judgeRest(request) : Refusal.ORIGIN_NOT_ALLOWED;
    }

    private @Nullable Refusal judgeRest(Request request) {
        if (isStopping) {
            return Refusal.GOING_AWAY;
        }
        List<String> offered = request.getHeaders().getCSV(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, false);
        if (!offered.isEmpty() && !offered.contains(Protocol.SUBPROTOCOL)) {
            return Refusal.SUBPROTOCOL_UNKNOWN;
        }
        return ofAddress(request);
    }

    /**
     * The server's own origin is what the Host header says, under the scheme that the page says: behind a proxy that
     * ends TLS, only the page knows it.
     */
    private boolean isAllowed(String text, HttpFields headers) {
        WebOrigin origin = WebOrigin.parse(text);
        if (origin == null) {
            return false;
        }
        return allowed.contains(origin) || origin.equals(WebOrigin.ofHost(origin.scheme(), host(headers)));
    }

    private static String host(HttpFields headers) {
        String host = headers.get(HttpHeader.HOST);
        return host == null ? "" : host;
    }
}
