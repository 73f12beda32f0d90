package dev.postern.natsim.server;

import dev.postern.natsim.fabric.TcpConnection;
import dev.postern.natsim.fabric.TcpEnd;
import dev.postern.natsim.fabric.TcpHandler;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** The clients of a server that speak to it over TCP. Owned by the thread that runs the network. */
final class StreamClients {

    /** What the server does with them. */
    interface Input {

        /** A whole message has come. */
        void onMessage(FiveTuple path, ByteBuffer message);

        /** The connection is over. */
        void onClosed(FiveTuple path);
    }

    private final Map<FiveTuple, TcpConnection> connections = new HashMap<>();
    private final Input input;

    StreamClients(Input input) {
        this.input = input;
    }

    TcpHandler accept(TcpConnection connection) {
        FiveTuple path = new FiveTuple(TransportProtocol.TCP, connection.remote(), connection.local());
        connections.put(path, connection);
        StreamFrames frames = new StreamFrames();
        return new TcpHandler() {
            @Override
            public void onData(TcpConnection from, ByteBuffer data) {
                frames.take(data).forEach(message -> input.onMessage(path, message));
                if (frames.isBroken()) {
                    from.abort();
                }
            }

            @Override
            public void onClosed(TcpConnection from, TcpEnd end) {
                if (connections.remove(path, from)) {
                    input.onClosed(path);
                }
            }
        };
    }

    /** Sends to a client; ends the connection if that has no room for the whole message. Of no effect if it is over. */
    void send(FiveTuple path, ByteBuffer message) {
        TcpConnection connection = connections.get(path);
        if (connection != null && connection.isOpen() && connection.send(message) < message.remaining()) {
            connection.abort();
        }
    }
}
