package dev.postern.signaling.net;

import dev.postern.signaling.SignalingBridge;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of itself before it is let in, whoever's server it came to.
 *
 * @param origins the values of Origin
 * @param host the value of Host; empty for none
 * @param fetchSite the value of Sec-Fetch-Site
 * @param offered the subprotocols
 */
record Knock(
        SocketAddress remote,
        boolean isSecure,
        List<String> origins,
        String host,
        @Nullable String fetchSite,
        List<String> offered) {

    private static final String FETCH_SITE = "Sec-Fetch-Site";

    static Knock of(Request request) {
        String host = request.getHeaders().get(HttpHeader.HOST);
        return new Knock(
                request.getConnectionMetaData().getRemoteSocketAddress(),
                request.isSecure(),
                request.getHeaders().getValuesList(HttpHeader.ORIGIN),
                host == null ? "" : host,
                request.getHeaders().get(FETCH_SITE),
                request.getHeaders().getCSV(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, false));
    }

    static Knock of(SignalingBridge.Handshake handshake) {
        Function<String, List<String>> headers = handshake.headers();
        String host = first(headers.apply(HttpHeader.HOST.asString()));
        return new Knock(
                handshake.client(),
                handshake.secure(),
                headers.apply(HttpHeader.ORIGIN.asString()),
                host == null ? "" : host,
                first(headers.apply(FETCH_SITE)),
                headers.apply(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL.asString()).stream()
                        .flatMap(line -> Stream.of(line.split(",", -1)))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList());
    }

    private static @Nullable String first(List<String> values) {
        return values.isEmpty() ? null : values.get(0);
    }

    /** The page that asks; null where no browser said so. */
    @Nullable
    String origin() {
        return first(origins);
    }
}
