package dev.postern.app.dtls;

import dev.postern.stun.TransportAddress;
import dev.postern.transport.DtlsPorts;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What Scandium takes for its socket where the UDP port is a shard's: it receives what it is given and sends by the shards. The
 * descriptor that the JDK makes for it is never bound.
 */
final class FedSocket extends DatagramSocket {

    /** Bytes that wait to be received, as a socket of its own would hold them. */
    static final int WAITING_BYTES = 1 << 20;

    /** What a datagram that waits takes beside its bytes. */
    static final int OVERHEAD_BYTES = 64;

    private final InetSocketAddress local;
    private final DtlsPorts.Outlet outlet;
    private final BlockingQueue<DatagramPacket> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingBytes = new AtomicInteger();

    /** A socket that seems to be bound to this address. */
    FedSocket(TransportAddress local, DtlsPorts.Outlet outlet) throws SocketException {
        super((SocketAddress) null);
        this.local = local.toSocketAddress();
        this.outlet = outlet;
    }

    /** Lets a copy be received; false if too much waits already. Any thread; does not block. */
    boolean offer(TransportAddress client, ByteBuffer datagram) {
        int length = datagram.remaining();
        int held = OVERHEAD_BYTES + length;
        if (waitingBytes.addAndGet(held) > WAITING_BYTES) {
            waitingBytes.addAndGet(-held);
            return false;
        }
        byte[] bytes = new byte[length];
        datagram.get(datagram.position(), bytes);
        return waiting.add(new DatagramPacket(bytes, length, client.toSocketAddress()));
    }

    /** {@inheritDoc} Scandium interrupts the thread that waits here when it stops. */
    @Override
    public void receive(DatagramPacket packet) throws IOException {
        DatagramPacket next;
        try {
            next = waiting.take();
        } catch (InterruptedException e) {
            throw new InterruptedIOException("closed");
        }
        waitingBytes.addAndGet(-OVERHEAD_BYTES - next.getLength());
        packet.setData(next.getData());
        packet.setSocketAddress(next.getSocketAddress());
    }

    @Override
    public void send(DatagramPacket packet) {
        TransportAddress client = TransportAddress.of((InetSocketAddress) packet.getSocketAddress());
        outlet.send(client, ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength()));
    }

    @Override
    public void bind(SocketAddress address) {
        // the shards bind
    }

    @Override
    public boolean isBound() {
        return true;
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
}
