package dev.postern.conformance;

import dev.postern.stun.ChannelData;
import dev.postern.stun.FiveTuple;
import dev.postern.stun.StreamFraming;
import dev.postern.stun.TransportAddress;
import dev.postern.stun.TransportProtocol;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A client's virtual path. A stream is cut into frames as the shell does, until it is joined to a peer's connection. */
final class VirtualWire implements Wire {

    private static final int MAX_FRAME_BYTES = 66_000;

    private final VirtualServer server;
    private final FiveTuple path;
    private final Deque<Arrival> arrived = new ArrayDeque<>();
    private final VirtualBytes unframed = new VirtualBytes();
    private final VirtualBytes raw = new VirtualBytes();
    private @Nullable VirtualPeerConnection joined;
    private boolean closed;

    VirtualWire(VirtualServer server, FiveTuple path) {
        this.server = server;
        this.path = path;
    }

    /** A message of the server. */
    void onMessage(TransportAddress from, ByteBuffer message) {
        arrived.add(new Arrival(from, isStream() ? padded(message) : message));
    }

    /** From now on all bytes are for a peer. */
    void joined(VirtualPeerConnection connection) {
        joined = connection;
    }

    /** A peer's bytes. */
    void deliver(ByteBuffer bytes) {
        raw.add(bytes);
    }

    void closedByServer() {
        closed = true;
    }

    /** What the shell of a stream does (RFC 8656 section 12.5). */
    private static ByteBuffer padded(ByteBuffer message) {
        if (!ChannelData.isFramedAs(message.get(message.position()))) {
            return message;
        }
        ByteBuffer padded = ByteBuffer.allocate(ChannelData.streamBytes(ChannelData.payloadLength(message)));
        return padded.put(message).rewind();
    }

    private boolean isStream() {
        return path.protocol().isStream();
    }

    @Override
    public TransportProtocol protocol() {
        return path.protocol();
    }

    @Override
    public TransportAddress local() {
        return path.client();
    }

    @Override
    public TransportAddress server() {
        return path.server();
    }

    @Override
    public boolean seenAsIs() {
        return true;
    }

    @Override
    public void send(ByteBuffer bytes) {
        if (!isStream()) {
            server.onClientData(path, bytes);
        } else if (!closed) {
            unframed.add(bytes);
            cutFrames();
        }
    }

    private void cutFrames() {
        while (joined == null) {
            int length = StreamFraming.frameLength(unframed.peek(), MAX_FRAME_BYTES);
            if (length == StreamFraming.INVALID) {
                close();
            }
            if (length <= 0) {
                return;
            }
            server.onClientData(path, unframed.take(length));
        }
        joined.deliver(unframed.take(unframed.size()));
    }

    @Override
    public void sendTo(TransportAddress address, ByteBuffer bytes) {
        server.onClientData(new FiveTuple(path.protocol(), path.client(), address), bytes);
    }

    @Override
    public @Nullable Arrival receive(Duration wait) {
        return arrived.poll();
    }

    @Override
    public ByteBuffer receiveBytes(int count, Duration wait) {
        return raw.take(count);
    }

    @Override
    public boolean closesWithin(Duration wait) {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (joined == null) {
            server.onStreamClosed(path);
        } else {
            joined.close();
        }
    }
}
