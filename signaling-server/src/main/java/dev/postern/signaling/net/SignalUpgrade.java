package dev.postern.signaling.net;

import java.util.Objects;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.websocket.core.WebSocketConnection;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/**
 * The request of a handshake, which puts a {@link SignalConnection} in the place of the connection that Jetty makes: Jetty has no other place to
 * say it. Over HTTP/2, where the thread that finds a stream readable has the whole connection to look after, nothing is changed.
 */
final class SignalUpgrade extends Request.Wrapper {

    private final HubLoop loop;
    private @Nullable WebSocketCoreSession session;
    private @Nullable SignalSocket socket;

    SignalUpgrade(Request request, HubLoop loop) {
        super(request);
        this.loop = loop;
    }

    /** The socket that was negotiated. */
    void socket(SignalSocket made) {
        socket = made;
        made.upgrade(this);
    }

    /** The session that Jetty has made for it. */
    void session(WebSocketCoreSession made) {
        session = made;
    }

    @Override
    public Object setAttribute(String name, Object value) {
        WebSocketCoreSession own = session;
        SignalSocket carrier = socket;
        boolean isOurs = name.equals(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE)
                && own != null
                && carrier != null
                && getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1;
        if (isOurs && value instanceof WebSocketConnection connection) {
            SignalConnection inline = inline(connection, Objects.requireNonNull(own));
            Objects.requireNonNull(carrier).connection(inline);
            return super.setAttribute(name, inline);
        }
        return super.setAttribute(name, value);
    }

    private SignalConnection inline(WebSocketConnection connection, WebSocketCoreSession own) {
        Connector connector = getConnectionMetaData().getConnector();
        SignalConnection inline = new SignalConnection(
                connection.getEndPoint(),
                connection.getExecutor(),
                connector.getScheduler(),
                connector.getByteBufferPool(),
                own,
                loop);
        inline.setUseInputDirectByteBuffers(connection.isUseInputDirectByteBuffers());
        inline.setUseOutputDirectByteBuffers(connection.isUseOutputDirectByteBuffers());
        connector.getEventListeners().forEach(inline::addEventListener);
        own.setWebSocketConnection(inline);
        return inline;
    }
}
