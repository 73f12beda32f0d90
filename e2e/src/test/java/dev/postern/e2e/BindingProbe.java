package dev.postern.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * A STUN Binding client of its own 20 bytes (RFC 8489 section 5), so that a defect of our codec cannot hide itself. It answers
 * whether a server is there, where clients that never send twice would wait for ever.
 */
final class BindingProbe {

    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_SUCCESS = 0x0101;
    private static final int COOKIE = 0x2112A442;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int HEADER_BYTES = 20;
    private static final int TRANSACTION_BYTES = 12;
    private static final int RETRANSMIT_MILLIS = 200;
    private static final int MAX_BYTES = 1500;

    private final byte[] transaction = new byte[TRANSACTION_BYTES];

    private BindingProbe() {
        new SecureRandom().nextBytes(transaction);
    }

    /** The reflexive address by which the server on this loopback port sees a UDP socket of ours. */
    static InetSocketAddress overUdp(int port, Duration within) throws IOException {
        BindingProbe probe = new BindingProbe();
        byte[] request = probe.request();
        long deadline = System.nanoTime() + within.toNanos();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(RETRANSMIT_MILLIS);
            DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
            while (System.nanoTime() - deadline < 0) {
                try {
                    socket.send(new DatagramPacket(request, request.length));
                    socket.receive(answer);
                    return probe.mapped(ByteBuffer.wrap(answer.getData(), 0, answer.getLength()));
                } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
                    // asked again until the deadline
                }
            }
        }
        throw new AssertionError("no Binding answer on UDP port " + port + " within " + within);
    }

    /** The same with a single request: an answer that does not come is lost, and fails. */
    static void onceOverUdp(int port, Duration within) throws IOException {
        BindingProbe probe = new BindingProbe();
        byte[] request = probe.request();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) within.toMillis());
            DatagramPacket answer = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
            socket.send(new DatagramPacket(request, request.length));
            socket.receive(answer);
            probe.mapped(ByteBuffer.wrap(answer.getData(), 0, answer.getLength()));
        }
    }

    /** The same over a TCP connection of its own. */
    static InetSocketAddress overTcp(int port, Duration within) throws IOException {
        BindingProbe probe = new BindingProbe();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) within.toMillis());
            socket.getOutputStream().write(probe.request());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] header = in.readNBytes(HEADER_BYTES);
            byte[] body = in.readNBytes(ByteBuffer.wrap(header).getShort(2));
            return probe.mapped(ByteBuffer.allocate(header.length + body.length)
                    .put(header)
                    .put(body)
                    .flip());
        }
    }

    private byte[] request() {
        return ByteBuffer.allocate(HEADER_BYTES)
                .putShort((short) BINDING_REQUEST)
                .putShort((short) 0)
                .putInt(COOKIE)
                .put(transaction)
                .array();
    }

    private InetSocketAddress mapped(ByteBuffer answer) throws IOException {
        byte[] id = new byte[TRANSACTION_BYTES];
        answer.get(8, id);
        if (answer.getShort(0) != BINDING_SUCCESS
                || answer.getInt(4) != COOKIE
                || !java.util.Arrays.equals(id, transaction)) {
            throw new AssertionError(
                    "not the answer to our Binding request: first bytes " + Integer.toHexString(answer.getInt(0)));
        }
        for (int at = HEADER_BYTES; at < answer.limit(); at += 4 + (answer.getShort(at + 2) + 3 & ~3)) {
            if (answer.getShort(at) == XOR_MAPPED_ADDRESS) {
                int port = (answer.getShort(at + 6) ^ COOKIE >>> 16) & 0xFFFF;
                byte[] ip = ByteBuffer.allocate(4)
                        .putInt(answer.getInt(at + 8) ^ COOKIE)
                        .array();
                return new InetSocketAddress(InetAddress.getByAddress(ip), port);
            }
        }
        throw new AssertionError("no XOR-MAPPED-ADDRESS in the Binding answer");
    }
}
