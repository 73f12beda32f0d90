package dev.postern.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.stun.AttributeType;
import dev.postern.stun.ChannelData;
import dev.postern.stun.Method;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.StunEncoder;
import dev.postern.stun.StunMessage;
import dev.postern.stun.TransportAddress;
import dev.postern.transport.ListenAddress;
import dev.postern.turn.core.Reply;
import dev.postern.turn.core.TurnRequest;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The least TURN client that can hold a call, over a blocking UDP or TCP socket. One thread. */
final class TinyClient implements AutoCloseable {

    static final int WAIT_MILLIS = 20_000;
    private static final int RETRANSMIT_MILLIS = 1000;
    private static final int MAX_FRAME = 65_556;

    private final Wire wire;
    /** The ids of the requests that have had their answer. */
    private final Set<ByteBuffer> answered = new HashSet<>();

    private ByteBuffer nonce = ByteBuffer.allocate(0);
    private String name = "u";
    private String realm = "postern";

    /** A socket that carries messages. */
    private interface Wire extends AutoCloseable {
        void send(ByteBuffer message) throws IOException;

        /** The next message, as long as the wire says that it is. */
        ByteBuffer receive(int timeoutMillis) throws IOException;

        /** How long to wait before a request is sent again. */
        int patienceMillis();

        TransportAddress localAddress();

        @Override
        void close() throws IOException;
    }

    TinyClient(ListenAddress server) throws IOException {
        InetSocketAddress address = server.address().toSocketAddress();
        wire = server.scheme().isStream() ? new TcpWire(address) : new UdpWire(address);
    }

    TinyClient as(String user) {
        name = user;
        return this;
    }

    TransportAddress localAddress() {
        return wire.localAddress();
    }

    /** An authenticated request and its answer; asks for a nonce first where there is none yet. */
    Reply request(Method method, Consumer<StunEncoder> attributes) throws IOException {
        return request(method, attributes, new byte[0]);
    }

    /** The same with bytes behind the request, in one write. */
    Reply request(Method method, Consumer<StunEncoder> attributes, byte[] behind) throws IOException {
        if (!nonce.hasRemaining()) {
            Reply challenge = exchange(TurnRequest.of(method, TurnRequest.newId(), attributes, null));
            assertThat(challenge.code()).isEqualTo(401);
            nonce = ByteBuffer.wrap(challenge.bytes(AttributeType.NONCE));
        }
        TurnRequest.User user = new TurnRequest.User(name, realm, "p", nonce);
        ByteBuffer request = TurnRequest.of(method, TurnRequest.newId(), attributes, user);
        return exchange(ByteBuffer.allocate(request.remaining() + behind.length)
                .put(request)
                .put(behind)
                .flip());
    }

    /** The socket of a TCP client whose bytes are messages no more; nothing of it was read ahead. */
    Socket socket() {
        return ((TcpWire) wire).socket;
    }

    Reply exchange(ByteBuffer request) throws IOException {
        for (int waited = 0; waited < WAIT_MILLIS; waited += wire.patienceMillis()) {
            wire.send(request);
            try {
                ByteBuffer answer = next(wire.patienceMillis());
                answered.add(idOf(answer));
                return new Reply(answer);
            } catch (SocketTimeoutException lost) {
                // sent again, as RFC 8489 section 6.2.1 has it
            }
        }
        throw new SocketTimeoutException("no answer");
    }

    Reply allocate() throws IOException {
        return request(Method.ALLOCATE, encoder -> encoder.u32(AttributeType.REQUESTED_TRANSPORT, 17 << 24));
    }

    TransportAddress allocated() throws IOException {
        Reply reply = allocate();
        assertThat(reply.code()).isZero();
        return reply.relayed();
    }

    Reply refresh(long lifetimeSeconds) throws IOException {
        return request(Method.REFRESH, encoder -> encoder.u32(AttributeType.LIFETIME, lifetimeSeconds));
    }

    Reply permit(TransportAddress peer) throws IOException {
        return request(Method.CREATE_PERMISSION, encoder -> encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    Reply bind(int number, TransportAddress peer) throws IOException {
        return request(
                Method.CHANNEL_BIND,
                encoder -> encoder.u32(AttributeType.CHANNEL_NUMBER, (long) number << 16)
                        .xorAddress(AttributeType.XOR_PEER_ADDRESS, peer));
    }

    void indicate(TransportAddress peer, byte[] payload) throws IOException {
        wire.send(TurnRequest.indication(
                Method.SEND,
                encoder ->
                        encoder.xorAddress(AttributeType.XOR_PEER_ADDRESS, peer).bytes(AttributeType.DATA, payload)));
    }

    /** ChannelData, padded where the wire is a stream. */
    void channelData(int number, byte[] payload) throws IOException {
        int bytes = wire instanceof TcpWire
                ? ChannelData.streamBytes(payload.length)
                : ChannelData.HEADER_BYTES + payload.length;
        ByteBuffer message = ByteBuffer.allocate(bytes);
        ChannelData.putHeader(message, 0, number, payload.length);
        wire.send(message.put(ChannelData.HEADER_BYTES, payload));
    }

    void send(byte[] bytes) throws IOException {
        wire.send(ByteBuffer.wrap(bytes));
    }

    ByteBuffer receive() throws IOException {
        return next(WAIT_MILLIS);
    }

    /** What comes next, but for a second answer to what was only taken for lost. */
    private ByteBuffer next(int timeoutMillis) throws IOException {
        ByteBuffer message = wire.receive(timeoutMillis);
        while (isResponse(message) && answered.contains(idOf(message))) {
            message = wire.receive(timeoutMillis);
        }
        return message;
    }

    private static boolean isResponse(ByteBuffer message) {
        return message.remaining() >= StunMessage.HEADER_BYTES && (message.get(message.position()) & 0xC1) == 1;
    }

    private static ByteBuffer idOf(ByteBuffer message) {
        byte[] id = new byte[StunMessage.HEADER_BYTES - Long.BYTES];
        message.get(message.position() + Long.BYTES, id);
        return ByteBuffer.wrap(id);
    }

    /** The payload of the ChannelData that comes next; what else the wire carries is as long as it must be. */
    byte[] receiveChannelData(int number) throws IOException {
        ByteBuffer message = receive();
        assertThat(ChannelData.number(message)).isEqualTo(number);
        int payloadBytes = ChannelData.payloadLength(message);
        assertThat(message.remaining())
                .isEqualTo(
                        wire instanceof TcpWire
                                ? ChannelData.streamBytes(payloadBytes)
                                : ChannelData.HEADER_BYTES + payloadBytes);
        byte[] payload = new byte[payloadBytes];
        message.get(ChannelData.HEADER_BYTES, payload);
        return payload;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    private static byte[] bytesOf(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(message.position(), bytes);
        return bytes;
    }

    private static final class UdpWire implements Wire {
        private final DatagramSocket socket;

        UdpWire(InetSocketAddress server) throws IOException {
            boolean ipv4 = server.getAddress() instanceof Inet4Address;
            socket = new DatagramSocket(0, InetAddress.getByName(ipv4 ? "127.0.0.1" : "::1"));
            socket.connect(server);
        }

        @Override
        public void send(ByteBuffer message) throws IOException {
            byte[] bytes = bytesOf(message);
            socket.send(new DatagramPacket(bytes, bytes.length));
        }

        @Override
        public ByteBuffer receive(int timeoutMillis) throws IOException {
            socket.setSoTimeout(timeoutMillis);
            DatagramPacket packet = new DatagramPacket(new byte[MAX_FRAME], MAX_FRAME);
            socket.receive(packet);
            return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        }

        @Override
        public int patienceMillis() {
            return RETRANSMIT_MILLIS;
        }

        @Override
        public TransportAddress localAddress() {
            return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private static final class TcpWire implements Wire {
        private final Socket socket;
        private final ByteBuffer unread = ByteBuffer.allocate(2 * MAX_FRAME).limit(0);

        TcpWire(InetSocketAddress server) throws IOException {
            socket = new Socket(server.getAddress(), server.getPort());
            socket.setTcpNoDelay(true);
        }

        @Override
        public void send(ByteBuffer message) throws IOException {
            socket.getOutputStream().write(bytesOf(message));
        }

        @Override
        public ByteBuffer receive(int timeoutMillis) throws IOException {
            socket.setSoTimeout(timeoutMillis);
            while (true) {
                int frameBytes = StreamFraming.frameLength(unread, MAX_FRAME);
                assertThat(frameBytes).isNotEqualTo(StreamFraming.INVALID);
                if (frameBytes > 0) {
                    byte[] frame = new byte[frameBytes];
                    unread.get(frame);
                    return ByteBuffer.wrap(frame);
                }
                readMore();
            }
        }

        /** No byte behind the frame, which may be none of a message. */
        private int missingBytes() {
            if (unread.remaining() < ChannelData.HEADER_BYTES) {
                return ChannelData.HEADER_BYTES - unread.remaining();
            }
            int length = ChannelData.payloadLength(unread);
            boolean channelData = ChannelData.isFramedAs(unread.get(unread.position()));
            int frameBytes = channelData ? ChannelData.streamBytes(length) : StunMessage.HEADER_BYTES + length;
            return frameBytes - unread.remaining();
        }

        private void readMore() throws IOException {
            int most = missingBytes();
            unread.compact();
            int read = socket.getInputStream().read(unread.array(), unread.position(), most);
            unread.position(unread.position() + Math.max(read, 0)).flip();
            if (read < 0) {
                throw new EOFException("the server closed the stream");
            }
        }

        @Override
        public int patienceMillis() {
            return WAIT_MILLIS;
        }

        @Override
        public TransportAddress localAddress() {
            return TransportAddress.of((InetSocketAddress) socket.getLocalSocketAddress());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
