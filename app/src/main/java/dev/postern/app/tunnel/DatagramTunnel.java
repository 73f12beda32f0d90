package dev.postern.app.tunnel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A local UDP port: each client address has a WebSocket of its own, until it is silent for longer than a TURN client is. */
final class DatagramTunnel implements Runnable {

    private static final int LONGEST_DATAGRAM = 65_535;
    private static final long IDLE_NANOS = Duration.ofMinutes(15).toNanos();

    private final DatagramSocket socket;
    private final Tunnel tunnel;
    private final Map<SocketAddress, Client> clients = new ConcurrentHashMap<>();

    DatagramTunnel(DatagramSocket socket, Tunnel tunnel) {
        this.socket = socket;
        this.tunnel = tunnel;
    }

    @Override
    public void run() {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST_DATAGRAM], LONGEST_DATAGRAM);
        while (!socket.isClosed()) {
            try {
                packet.setLength(LONGEST_DATAGRAM);
                socket.receive(packet);
                take(packet);
            } catch (IOException e) {
                tunnel.note("the local UDP port", e);
            }
        }
        clients.values().forEach(client -> client.link.close());
    }

    private void take(DatagramPacket packet) {
        Client client = clients.get(packet.getSocketAddress());
        if (client == null) {
            dropIdle();
            if (clients.size() >= Tunnel.MOST_CLIENTS) {
                return;
            }
            client = new Client(packet.getSocketAddress());
            clients.put(client.address, client);
        }
        client.lastNanos = System.nanoTime();
        var unused = client.link.send(ByteBuffer.allocate(packet.getLength())
                .put(packet.getData(), 0, packet.getLength())
                .flip());
    }

    private void dropIdle() {
        long now = System.nanoTime();
        for (Client client : clients.values()) {
            if (now - client.lastNanos > IDLE_NANOS) {
                client.link.close();
            }
        }
    }

    /** One client and its way to the relay. */
    private final class Client implements TunnelLink.Local {

        private final SocketAddress address;
        private final TunnelLink link;
        private volatile long lastNanos;

        Client(SocketAddress address) {
            this.address = address;
            this.link = tunnel.link(this);
        }

        @Override
        public void onMessage(ByteBuffer message) {
            byte[] bytes = new byte[message.remaining()];
            message.get(bytes);
            try {
                socket.send(new DatagramPacket(bytes, bytes.length, address));
            } catch (IOException e) {
                tunnel.note("a datagram to a client", e);
            }
        }

        @Override
        public void onClosed(@Nullable Throwable failure) {
            clients.remove(address, this);
            if (failure != null) {
                tunnel.note("the way to the relay ended", failure);
            }
        }
    }
}
