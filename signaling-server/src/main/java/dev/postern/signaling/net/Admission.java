package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.WebOrigin;
import dev.postern.signaling.protocol.Protocol;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Who may open a WebSocket or an HTTP stream, by what the request says before. A browser cannot be kept from sending such
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
        return ofUpgrade(Knock.of(request));
    }

    /** The same of one that came to another server. */
    @Nullable
    Refusal ofUpgrade(Knock knock) {
        return judge(knock);
    }

    /** Why an upgrade to an embedder's WebSocket is refused, which must offer this subprotocol; null if it is not. */
    @Nullable
    Refusal ofUpgrade(Request request, String subprotocol) {
        Knock knock = Knock.of(request);
        Refusal refusal = ofPost(request);
        if (refusal != null) {
            return refusal;
        }
        if (!allowNoOrigin && knock.origins().isEmpty()) {
            return Refusal.ORIGIN_MISSING;
        }
        return knock.offered().contains(subprotocol) ? ofAddress(knock) : Refusal.SUBPROTOCOL_UNKNOWN;
    }

    private @Nullable Refusal ofAddress(Knock knock) {
        return addresses.isFull(knock.remote()) ? Refusal.RATE_LIMITED : null;
    }

    /**
     * Why an upgrade like this plain request would be refused; null if it would not. A browser sends no Origin with a
     * GET within one origin, and no page can forge Sec-Fetch-Site, which then says so.
     */
    @Nullable
    Refusal ofCheck(Request request) {
        return ofCheck(Knock.of(request));
    }

    /** The same of one that came to another server. */
    @Nullable
    Refusal ofCheck(Knock knock) {
        boolean sameOrigin = knock.origins().isEmpty()
                && WebOrigin.ofHost("http", knock.host()) != null
                && "same-origin".equals(knock.fetchSite());
        return sameOrigin ? judgeRest(knock) : judge(knock);
    }

    /** Why a page may not ask an endpoint with this request; null if it may, and for programs, which send no Origin. */
    @Nullable
    Refusal ofPost(Request request) {
        return isStopping ? Refusal.GOING_AWAY : ofOrigin(request);
    }

    /** Why the page that the request names may not ask; null if it may, or none is named. */
    @Nullable
    Refusal ofOrigin(Request request) {
        Knock knock = Knock.of(request);
        return knock.origins().isEmpty() || isAllowed(knock) ? null : Refusal.ORIGIN_NOT_ALLOWED;
    }

    private @Nullable Refusal judge(Knock knock) {
        if (knock.origins().isEmpty()) {
            return allowNoOrigin ? judgeRest(knock) : Refusal.ORIGIN_MISSING;
        }
        return isAllowed(knock) ? judgeRest(knock) : Refusal.ORIGIN_NOT_ALLOWED;
    }

    private @Nullable Refusal judgeRest(Knock knock) {
        if (isStopping) {
            return Refusal.GOING_AWAY;
        }
        if (!knock.offered().isEmpty() && !knock.offered().contains(Protocol.SUBPROTOCOL)) {
            return Refusal.SUBPROTOCOL_UNKNOWN;
        }
        return ofAddress(knock);
    }

    /**
     * The server's own origin is what the Host header says. Where the request is known to have come over TLS, a page without
     * it is another origin; else the scheme is what the page says, as behind a proxy that is not listed only the page knows.
     */
    private boolean isAllowed(Knock knock) {
        WebOrigin origin =
                knock.origins().size() == 1 ? WebOrigin.parse(knock.origins().get(0)) : null;
        if (origin == null) {
            return false;
        }
        String scheme = knock.isSecure() ? "https" : origin.scheme();
        return allowed.contains(origin) || origin.equals(WebOrigin.ofHost(scheme, knock.host()));
    }
}
