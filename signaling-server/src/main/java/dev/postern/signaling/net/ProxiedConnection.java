package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Jetty has a connection of this kind, but one that takes connections without a header as well, and looks up in the DNS what
 * version 1 gives for an address.
 */

/**
 * A connection from a listed proxy until its PROXY header was read; then it gives way to TLS or HTTP, which see the client
 * that the header names. Without a whole header it is closed. Threads: Jetty's, one at a time.
 */
final class ProxiedConnection extends AbstractConnection implements Connection.UpgradeFrom {

    private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);

    private final Connector connector;
    private final ConnectionFactory next;
    private final Counters counters;
    private final ByteBuffer received = BufferUtil.allocate(ProxyHeader.MAX_BYTES);

    ProxiedConnection(EndPoint endPoint, Connector connector, ConnectionFactory next, Counters counters) {
        super(endPoint, connector.getExecutor());
        this.connector = connector;
        this.next = next;
        this.counters = counters;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        fillInterested();
    }

    @Override
    public void onFillable() {
        try {
            int filled = getEndPoint().fill(received);
            while (filled > 0) {
                ProxyHeader header = ProxyHeader.read(received);
                if (!(header instanceof ProxyHeader.Unfinished)) {
                    onHeader(header);
                    return;
                }
                filled = getEndPoint().fill(received);
            }
            if (filled == 0) {
                fillInterested();
            } else {
                refuse();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a proxy's connection failed");
            close();
        }
    }

    private void onHeader(ProxyHeader header) {
        EndPoint own = getEndPoint();
        if (header instanceof ProxyHeader.Named named) {
            giveWay(named.server(), named.client());
        } else if (header instanceof ProxyHeader.OfTheProxy) {
            giveWay(own.getLocalSocketAddress(), own.getRemoteSocketAddress());
        } else {
            refuse();
        }
    }

    private void giveWay(SocketAddress server, SocketAddress client) {
        EndPoint named = new ProxyEndPoint(getEndPoint(), server, client);
        named.upgrade(next.newConnection(connector, named));
    }

    private void refuse() {
        counters.count(SignalingCounter.PROXY_HEADERS_REFUSED);
        close();
    }

    @Override
    public ByteBuffer onUpgradeFrom() {
        return received;
    }
}
