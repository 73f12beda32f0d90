package dev.postern.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests without credentials, each from another source address: one socket of 127.0.0.0/8 after the other, so that nothing leaves the
 * machine. Binding and Allocate take turns. Bounded in number and in pace.
 */
final class SpoofedFlood {

    private static final int PER_BATCH = 100;
    private static final long BATCH_NANOS = 10_000_000; // 10,000 a second
    private static final int FIRST_SOURCE = 0x7F10_0001; // 127.16.0.1
    private static final int COOKIE = 0x2112A442;
    private static final int BINDING = 0x0001;
    private static final int ALLOCATE = 0x0003;
    private static final int REQUESTED_TRANSPORT = 0x0019;

    private final InetSocketAddress server;
    private int sent;

    SpoofedFlood(int port) {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends one request from each of so many sources that were not used before. */
    void from(int sources) throws IOException {
        long next = System.nanoTime();
        for (int i = 0; i < sources; i++) {
            if (i % PER_BATCH == 0) {
                LockSupport.parkNanos(next - System.nanoTime());
                next += BATCH_NANOS;
            }
            sendOne(FIRST_SOURCE + sent++);
        }
    }

    private void sendOne(int source) throws IOException {
        byte[] address = ByteBuffer.allocate(Integer.BYTES).putInt(source).array();
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
            channel.send(request(source), server);
        }
    }

    private static ByteBuffer request(int number) {
        boolean binding = number % 2 == 0;
        ByteBuffer request = ByteBuffer.allocate(28);
        request.putShort((short) (binding ? BINDING : ALLOCATE)).putShort((short) (binding ? 0 : 8));
        request.putInt(COOKIE).putInt(number).putLong(number);
        if (!binding) {
            request.putShort((short) REQUESTED_TRANSPORT).putShort((short) 4).putInt(17 << 24);
        }
        return request.flip();
    }
}
