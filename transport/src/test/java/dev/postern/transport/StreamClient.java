package dev.postern.transport;

import dev.postern.stun.ChannelData;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;

/** A blocking TCP client for a test's other end, and the frames it sends. */
final class StreamClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    StreamClient(TransportAddress server) throws IOException {
        this(server, "127.0.0.1");
    }

    StreamClient(TransportAddress server, String from) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(16_384);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(server.toSocketAddress(), PATIENCE_MILLIS);
    }

    /** A Binding request without attributes, with this number in its transaction id, and so many bytes behind the header. */
    static byte[] stun(int number, int bodyBytes) {
        ByteBuffer frame = ByteBuffer.allocate(StunMessage.HEADER_BYTES + bodyBytes);
        frame.putShort((short) 0x0001).putShort((short) bodyBytes).putInt(StunMessage.MAGIC_COOKIE);
        frame.putInt(number);
        return frame.array();
    }

    static byte[] stun(int number) {
        return stun(number, 0);
    }

    /** ChannelData on channel 0x4000, padded as a stream wants it, every padding byte being this. */
    static byte[] channelData(int padding, int... data) {
        ByteBuffer frame = ByteBuffer.allocate(ChannelData.streamBytes(data.length));
        ChannelData.putHeader(frame, 0, ChannelData.MIN_NUMBER, data.length);
        frame.position(ChannelData.HEADER_BYTES);
        for (int value : data) {
            frame.put((byte) value);
        }
        while (frame.hasRemaining()) {
            frame.put((byte) padding);
        }
        return frame.array();
    }

    Socket socket() {
        return socket;
    }

    TransportAddress address() {
        return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends the connection with a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** The next frame, padding included. */
    byte[] readFrame() throws IOException {
        byte[] frame = readExactly(ChannelData.HEADER_BYTES);
        ByteBuffer head = ByteBuffer.wrap(frame);
        int length = ChannelData.payloadLength(head);
        int size = (frame[0] & 0xC0) == 0 ? StunMessage.HEADER_BYTES + length : ChannelData.streamBytes(length);
        byte[] rest = readExactly(size - frame.length);
        ByteBuffer whole = ByteBuffer.allocate(size).put(frame).put(rest).flip();
        if (StreamFraming.frameLength(whole, size) != size) {
            throw new IOException("no frame: " + whole);
        }
        return whole.array();
    }

    /** This many bytes. */
    byte[] readExactly(int bytes) throws IOException {
        byte[] read = socket.getInputStream().readNBytes(bytes);
        if (read.length < bytes) {
            throw new EOFException("closed after " + read.length + " of " + bytes + " bytes");
        }
        return read;
    }

    /** Reads until the server has closed the connection; how many bytes still came. */
    long readToEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[65_536];
        long total = 0;
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                total += n;
            }
        } catch (SocketException e) { // reset
            return total;
        }
        return total;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
