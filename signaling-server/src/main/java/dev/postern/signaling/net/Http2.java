package dev.postern.signaling.net;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.WindowRateControl;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 with WebSockets in its streams (RFC 8441): over TLS for clients that ask for it by ALPN, without TLS for those that know
 * that it is there (RFC 9113 section 3.3).
 *
 * <p>Bounded for each connection: its streams, its receive windows, and how many resets, pings, settings and other frames that carry
 * nothing it may send in a second; beyond that the connection ends with ENHANCE_YOUR_CALM (rapid reset, CVE-2023-44487).
 */
final class Http2 {

    /** Requests and WebSockets of one connection at a time. */
    static final int STREAMS = 64;

    private static final int STREAM_WINDOW_BYTES = 65_536;
    private static final int CONNECTION_WINDOW_BYTES = 262_144;

    private Http2() {}

    static ConnectionFactory overTls(HttpConfiguration http, int smallFramesPerSecond) {
        return bounded(new HTTP2ServerConnectionFactory(http), smallFramesPerSecond);
    }

    static ConnectionFactory inClearText(HttpConfiguration http, int smallFramesPerSecond) {
        return bounded(new WithPriorKnowledge(http), smallFramesPerSecond);
    }

    private static ConnectionFactory bounded(AbstractHTTP2ServerConnectionFactory factory, int smallFramesPerSecond) {
        factory.setMaxConcurrentStreams(STREAMS);
        factory.setInitialStreamRecvWindow(STREAM_WINDOW_BYTES);
        factory.setInitialSessionRecvWindow(CONNECTION_WINDOW_BYTES);
        factory.setRateControlFactory(new WindowRateControl.Factory(smallFramesPerSecond));
        factory.setConnectProtocolEnabled(true);
        return factory;
    }

    /** The {@code Upgrade: h2c} of older clients is ignored: proxies pass it on without knowing what follows. */
    private static final class WithPriorKnowledge extends HTTP2CServerConnectionFactory {

        private WithPriorKnowledge(HttpConfiguration http) {
            super(http);
        }

        @Override
        public @Nullable Connection upgradeConnection(
                Connector connector, EndPoint endPoint, MetaData.Request request, HttpFields.Mutable response101) {
            return HttpMethod.PRI.is(request.getMethod())
                    ? super.upgradeConnection(connector, endPoint, request, response101)
                    : null;
        }
    }
}
