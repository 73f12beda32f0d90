package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEdge;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;

/**
 * Closes a connection whose address has as many TLS handshakes under way as it may, and counts what becomes of the others. How
 * long one may take is {@link HttpDeadlines}' to say. A listed proxy has the handshakes of all its clients. Any thread.
 */
final class TlsHandshakes implements Connection.Listener, SslHandshakeListener {

    private final SignalingEdge edge;
    private final Counters counters;
    private final AddressLimits addresses;
    private final Map<SSLEngine, SocketAddress> underWay = new ConcurrentHashMap<>();

    TlsHandshakes(SignalingEdge edge, int maxPerAddress, Counters counters) {
        this.edge = edge;
        this.counters = counters;
        this.addresses = new AddressLimits(maxPerAddress);
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof SslConnection tls)) {
            return;
        }
        SocketAddress address = tls.getEndPoint().getRemoteSocketAddress();
        if (edge.isForwarder(address)) {
            addresses.takeAnyway(address);
        } else if (!addresses.take(address)) {
            counters.count(SignalingCounter.TLS_HANDSHAKES_REFUSED);
            tls.getEndPoint().close();
            return;
        }
        underWay.put(tls.getSSLEngine(), address);
    }

    @Override
    public void onClosed(Connection connection) {
        if (connection instanceof SslConnection tls) {
            end(tls.getSSLEngine(), SignalingCounter.TLS_HANDSHAKES_FAILED);
        }
    }

    @Override
    public void handshakeSucceeded(Event event) {
        end(event.getSSLEngine(), SignalingCounter.TLS_HANDSHAKES);
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        end(event.getSSLEngine(), SignalingCounter.TLS_HANDSHAKES_FAILED);
    }

    private void end(SSLEngine engine, SignalingCounter how) {
        SocketAddress address = underWay.remove(engine);
        if (address != null) {
            addresses.giveBack(address);
            counters.count(how);
        }
    }
}
