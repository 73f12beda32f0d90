package dev.postern.signaling.net;

import dev.postern.signaling.SignalingEdge;
import java.util.Objects;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;

/** Parts the connections of listed proxies, which must name their client first, from those of clients, which must not. Any thread. */
final class Doorway extends AbstractConnectionFactory {

    private final SignalingEdge edge;
    private final String next;
    private final Counters counters;

    Doorway(SignalingEdge edge, String next, Counters counters) {
        super("postern-doorway");
        this.edge = edge;
        this.next = next;
        this.counters = counters;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        ConnectionFactory following = Objects.requireNonNull(connector.getConnectionFactory(next));
        return edge.isProxy(endPoint.getRemoteSocketAddress())
                ? configure(new ProxiedConnection(endPoint, connector, following, counters), connector, endPoint)
                : following.newConnection(connector, endPoint);
    }
}
