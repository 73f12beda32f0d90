package dev.postern.signaling.net;

import dev.postern.signaling.SignalingCounter;
import dev.postern.signaling.SignalingEdge;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * Gives a request of a listed proxy the address and the security that the client had, so that whoever looks at the request
 * sees the client. Headers are read from the right, where the nearest proxy wrote: each element is believed as long as the one
 * who wrote it is listed, so the rightmost address that is not listed is the client, whatever stands to the left of it.
 *
 * <p>A proxy that writes one kind of header most often passes on what its client wrote in the other, and nothing tells which is
 * which. So where both are there they must come to the same client, or none is believed.
 *
 * <p>Any thread.
 */
final class ForwardedClient implements HttpConfiguration.Customizer {

    /** How many listed proxies may stand in a row; what the next one says is not read. */
    static final int MAX_PROXIES = 16;

    private static final String FOR = HttpHeader.X_FORWARDED_FOR.asString();
    private static final String PROTO = HttpHeader.X_FORWARDED_PROTO.asString();

    private final SignalingEdge edge;
    private final Counters counters;

    ForwardedClient(SignalingEdge edge, Counters counters) {
        this.edge = edge;
        this.counters = counters;
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable responseHeaders) {
        SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
        if (!edge.isForwarder(peer) || !(peer instanceof InetSocketAddress hop)) {
            return request;
        }
        HttpFields headers = request.getHeaders();
        Walk said = new Walk(hop);
        List<String> lines = headers.getValuesList(HttpHeader.FORWARDED);
        said.backLines(lines);
        List<String> older = headers.getValuesList(FOR);
        if (lines.isEmpty()) {
            said.back(ForwardedElement.ofOlderHeaders(older, headers.getValuesList(PROTO)));
        } else if (!older.isEmpty()) {
            Walk also = new Walk(hop);
            also.back(ForwardedElement.ofOlderHeaders(older, headers.getValuesList(PROTO)));
            said = said.agreeingWith(also, hop);
        }
        if (said.isUnreadable) {
            counters.count(SignalingCounter.FORWARDED_UNREADABLE);
        }
        boolean secure = said.secure == null ? request.isSecure() : said.secure;
        return new OfClient(request, said.client, secure);
    }

    /** From the nearest proxy to the client. */
    private final class Walk {

        private InetSocketAddress client;
        private @Nullable Boolean secure;
        private int proxies;
        private boolean isOver;
        private boolean isUnreadable;

        Walk(InetSocketAddress hop) {
            this.client = hop;
        }

        /** A line that breaks the grammar ends the walk where it is, so that what a client put there cannot hide behind it. */
        void backLines(List<String> lines) {
            for (int i = lines.size() - 1; i >= 0 && !isOver; i--) {
                List<ForwardedElement> elements = ForwardedElement.ofForwarded(lines.get(i));
                if (elements == null) {
                    isUnreadable = true;
                    isOver = true;
                } else {
                    back(elements);
                }
            }
        }

        void back(List<ForwardedElement> elements) {
            for (int i = elements.size() - 1; i >= 0 && !isOver; i--) {
                ForwardedElement said = elements.get(i);
                secure = said.secure();
                if (said.client() == null) {
                    isUnreadable = true;
                    isOver = true;
                } else {
                    client = said.client();
                    isOver = !edge.isForwarder(client) || ++proxies == MAX_PROXIES;
                }
            }
        }

        /** This walk, if the other one came to the same client; else one that has not left the proxy. */
        Walk agreeingWith(Walk other, InetSocketAddress hop) {
            if (!client.getAddress().equals(other.client.getAddress())) {
                Walk none = new Walk(hop);
                none.isUnreadable = true;
                return none;
            }
            boolean differ = secure != null && other.secure != null && !secure.equals(other.secure);
            secure = differ ? null : secure == null ? other.secure : secure;
            isUnreadable |= other.isUnreadable;
            return this;
        }
    }

    /** The request as its client sent it. */
    private static final class OfClient extends Request.Wrapper {

        private final ConnectionMetaData connection;
        private final boolean secure;

        OfClient(Request request, InetSocketAddress client, boolean secure) {
            super(request);
            this.secure = secure;
            this.connection = new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
                @Override
                public SocketAddress getRemoteSocketAddress() {
                    return client;
                }

                @Override
                public boolean isSecure() {
                    return secure;
                }
            };
        }

        @Override
        public ConnectionMetaData getConnectionMetaData() {
            return connection;
        }

        @Override
        public boolean isSecure() {
            return secure;
        }
    }
}
