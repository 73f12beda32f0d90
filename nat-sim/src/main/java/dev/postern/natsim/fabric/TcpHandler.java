package dev.postern.natsim.fabric;

import java.nio.ByteBuffer;

/** What a program does with a TCP connection. Called on the thread that runs the network. */
@FunctionalInterface
public interface TcpHandler {

    /** The connection that {@link Host#connect} began is open. Not called for accepted ones, which are open from the start. */
    default void onConnected(TcpConnection connection) {}

    /** The next bytes have arrived; {@code data} is read-only and may be kept. */
    void onData(TcpConnection connection, ByteBuffer data);

    /** The other side will send nothing more; unless overridden, neither will this one. */
    default void onFinished(TcpConnection connection) {
        connection.close();
    }

    /** The connection is over, or never came to be. */
    default void onClosed(TcpConnection connection, TcpEnd end) {}
}
