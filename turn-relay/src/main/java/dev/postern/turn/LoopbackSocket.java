package dev.postern.turn;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import org.jspecify.annotations.Nullable;

/** A UDP socket at 127.0.0.1 with a port that the OS picks, which waits no longer than it is told. One owner thread. */
final class LoopbackSocket implements AutoCloseable {

    private final DatagramChannel channel;
    private final Selector selector;

    LoopbackSocket() throws IOException {
        selector = Selector.open();
        channel = DatagramChannel.open(StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(Rehearsal.LOOPBACK, 0));
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    void send(ByteBuffer data, SocketAddress to) throws IOException {
        channel.send(data, to);
    }

    /**
     * Receives one datagram, which then lies between position and limit.
     *
     * @param into is cleared first
     * @return where it came from; null if none came in time
     */
    @Nullable
    SocketAddress receive(ByteBuffer into, long timeoutMillis) throws IOException {
        SocketAddress source = channel.receive(into.clear());
        if (source == null) {
            selector.select(key -> {}, timeoutMillis);
            source = channel.receive(into.clear());
        }
        into.flip();
        return source;
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
