package dev.postern.natsim.fabric;

/** What a server does with new TCP connections. Called on the thread that runs the network. */
@FunctionalInterface
public interface TcpAcceptor {

    /** A connection is open; answers who handles it from here on. */
    TcpHandler accept(TcpConnection connection);
}
