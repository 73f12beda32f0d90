package dev.postern.natsim.fabric;

import dev.postern.stun.TransportAddress;

/** A TCP port of a host that accepts connections. Used on the thread that runs the network. */
public final class TcpListener implements AutoCloseable {

    private final TcpStack stack;
    private final TransportAddress address;
    private final TcpAcceptor acceptor;

    TcpListener(TcpStack stack, TransportAddress address, TcpAcceptor acceptor) {
        this.stack = stack;
        this.address = address;
        this.acceptor = acceptor;
    }

    public TransportAddress address() {
        return address;
    }

    TcpAcceptor acceptor() {
        return acceptor;
    }

    /** Accepts no more; connections that are open stay so. */
    @Override
    public void close() {
        stack.close(this);
    }
}
