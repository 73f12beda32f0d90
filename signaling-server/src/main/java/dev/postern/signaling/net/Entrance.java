package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingEdge;
import dev.postern.signaling.SignalingLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The way in, from an accepted TCP connection to HTTP: a proxy's header where one is due, TLS and ALPN where TLS is spoken,
 * then a version of HTTP.
 */
final class Entrance {

    /** Who comes while it is full is dropped by the kernel and tries again after a second; Java's default of 50 is full at once in a storm. */
    private static final int ACCEPT_QUEUE = 1024;

    private static final int ACCEPTORS = 1;
    private static final int SELECTORS = 2;

    /** Forward secrecy and authenticated encryption, nothing older. */
    private static final String[] CIPHER_SUITES = {
        "TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*", "TLS_DHE_RSA_.*_GCM_.*"
    };

    /** HTTP/2 as it is called where it is spoken without TLS (RFC 9113 section 3.1). */
    private static final String WITHOUT_TLS = "h2c";

    private Entrance() {}

    /** The HTTP configuration, in which a request is its client's whoever brought it. */
    static void customize(HttpConfiguration http, SignalingEdge edge, Counters counters) {
        if (edge.tls() != null) {
            // Clients come by addresses and names that a certificate need not have; a browser checks what it asked for.
            http.addCustomizer(new SecureRequestCustomizer(false));
        }
        if (!edge.forwardedFrom().isEmpty()) {
            http.addCustomizer(new ForwardedClient(edge, counters));
        }
    }

    /**
     * The connector, not yet told where to listen.
     *
     * @param spoken versions of HTTP, HTTP/1.1 first: that one is spoken where nobody asks by ALPN, and whoever asks for
     *     several gets another one
     */
    static ServerConnector connector(
            Server server, SignalingConfig config, Counters counters, List<ConnectionFactory> spoken) {
        SignalingEdge edge = config.edge();
        List<ConnectionFactory> all = new ArrayList<>(spoken);
        SSLContext tls = edge.tls();
        if (tls != null) {
            ALPNServerConnectionFactory alpn = alpn(spoken);
            all.add(0, alpn);
            all.add(0, new SslConnectionFactory(factory(tls), alpn.getProtocol()));
        }
        if (!edge.proxyProtocolFrom().isEmpty()) {
            all.add(0, new Doorway(edge, all.get(0).getProtocol(), counters));
        }
        ServerConnector connector =
                new ServerConnector(server, ACCEPTORS, SELECTORS, all.toArray(ConnectionFactory[]::new));
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        if (tls != null) {
            connector.addBean(new TlsHandshakes(edge, config.limit(SignalingLimit.HANDSHAKES_PER_ADDRESS), counters));
        }
        return connector;
    }

    private static ALPNServerConnectionFactory alpn(List<ConnectionFactory> spoken) {
        String oldest = HttpVersion.HTTP_1_1.asString().toLowerCase(Locale.ROOT);
        Stream<String> newer = spoken.stream()
                .flatMap(factory -> factory.getProtocols().stream())
                .map(name -> name.toLowerCase(Locale.ROOT))
                .filter(name -> !name.equals(oldest) && !name.equals(WITHOUT_TLS));
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory(
                Stream.concat(newer, Stream.of(oldest)).toArray(String[]::new));
        alpn.setDefaultProtocol(HttpVersion.HTTP_1_1.asString());
        return alpn;
    }

    private static SslContextFactory.Server factory(SSLContext context) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(context);
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setIncludeCipherSuites(CIPHER_SUITES);
        factory.setRenegotiationAllowed(false);
        return factory;
    }
}
