package dev.postern.natsim.ice4j;

import dev.postern.natsim.fabric.Host;
import dev.postern.natsim.fabric.UdpPort;
import dev.postern.stun.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A {@link DatagramSocket} on a virtual host. It is bound from the start, never connected, and opens no file descriptor.
 * Any thread may use it; {@link #receive} blocks as usual.
 *
 * <p>Differences: a receive timeout is time of the network; the size limit of a received datagram is
 * the space in the packet's array, not its length; when {@value #MAX_QUEUED} datagrams wait, further ones are lost.
 */
public final class VirtualDatagramSocket extends DatagramSocket {

    private static final int MAX_QUEUED = 1024;
    private static final int BUFFER_BYTES = 212_992;

    private record Received(TransportAddress from, ByteBuffer data) {}

    private final LiveNet net;
    private final UdpPort port;
    private final InetSocketAddress local;
    private final Object lock = new Object();
    private final ArrayDeque<Received> queue = new ArrayDeque<>();
    private boolean closed;
    private volatile int timeoutMillis;

    /**
     * Opens a port of the host.
     *
     * @param localPort 1 to 65535, or 0 for an ephemeral one
     * @throws SocketException if the port is in use
     */
    public VirtualDatagramSocket(LiveNet net, Host host, int localPort) throws SocketException {
        super(new NoSocket());
        this.net = net;
        try {
            this.port = net.with(owned -> host.open(localPort, (now, from, data) -> arrived(from, data)));
        } catch (IllegalStateException e) {
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
        this.local = port.address().toSocketAddress();
    }

    private void arrived(TransportAddress from, ByteBuffer data) {
        synchronized (lock) {
            if (!closed && queue.size() < MAX_QUEUED) {
                queue.addLast(new Received(from, data));
                net.countUnread(1);
                net.woke();
                lock.notifyAll();
            }
        }
    }

    @Override
    public void send(DatagramPacket packet) throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket closed");
        }
        ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
        TransportAddress to = TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
        net.run(owned -> port.send(to, data));
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        Received received = next();
        int space = packet.getData().length - packet.getOffset();
        int bytes = Math.min(space, received.data().remaining());
        received.data().get(packet.getData(), packet.getOffset(), bytes);
        packet.setLength(bytes);
        packet.setSocketAddress(received.from().toSocketAddress());
    }

    private Received next() throws IOException {
        try {
            return take(timeoutMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (SocketException) new SocketException("interrupted while waiting for a datagram").initCause(e);
        }
    }

    private Received take(int timeout) throws IOException, InterruptedException {
        AtomicBoolean late = timeout > 0 ? lateAfter(timeout) : new AtomicBoolean();
        synchronized (lock) {
            while (queue.isEmpty() && !closed) {
                if (late.get()) {
                    throw new SocketTimeoutException("Receive timed out");
                }
                lock.wait();
            }
            if (closed) {
                throw new SocketException("Socket closed");
            }
            net.countUnread(-1);
            return queue.removeFirst();
        }
    }

    /** Becomes true, and wakes whoever receives, so many milliseconds of the network's time from now. */
    private AtomicBoolean lateAfter(int millis) {
        AtomicBoolean late = new AtomicBoolean();
        net.run(owned -> owned.at(owned.nowNanos() + TimeUnit.MILLISECONDS.toNanos(millis), () -> {
            synchronized (lock) {
                late.set(true);
                net.woke();
                lock.notifyAll();
            }
        }));
        return late;
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            net.countUnread(-queue.size());
            queue.clear();
            lock.notifyAll();
        }
        net.run(owned -> port.close());
    }

    @Override
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    @Override
    public void bind(@Nullable SocketAddress address) throws SocketException {
        throw new SocketException("already bound");
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return false;
    }

    @Override
    public InetAddress getLocalAddress() {
        return local.getAddress();
    }

    @Override
    public int getLocalPort() {
        return local.getPort();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return local;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return null;
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return null;
    }

    @Override
    public int getPort() {
        return -1;
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    /** No effect. */
    @Override
    public void setReceiveBufferSize(int bytes) {}

    @Override
    public int getReceiveBufferSize() {
        return BUFFER_BYTES;
    }

    /** No effect. */
    @Override
    public void setSendBufferSize(int bytes) {}

    @Override
    public int getSendBufferSize() {
        return BUFFER_BYTES;
    }

    /** No effect. */
    @Override
    public void setReuseAddress(boolean on) {}

    /** No effect. */
    @Override
    public void setTrafficClass(int trafficClass) {}
}
