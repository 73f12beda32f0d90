package dev.postern.transport;

import dev.postern.stun.StreamFraming;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Cuts a stream's bytes behind the last frame that is complete and passes all frames before it on as one buffer: the
 * shard gets one task per read, however small the frames.
 *
 * <p>Owner: the channel's event loop.
 */
final class StreamFrameDecoder extends ByteToMessageDecoder {

    private final StreamConnection connection;
    private final int maxFrameBytes;

    StreamFrameDecoder(StreamConnection connection, int maxFrameBytes) {
        this.connection = connection;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        ByteBuffer bytes = in.nioBuffer();
        int size = StreamFraming.frameLength(bytes, maxFrameBytes);
        while (size > 0) {
            bytes.position(bytes.position() + size);
            size = StreamFraming.frameLength(bytes, maxFrameBytes);
        }
        int whole = in.readableBytes() - bytes.remaining();
        if (whole > 0) {
            out.add(in.readRetainedSlice(whole));
        }
        connection.onPartial(size == StreamFraming.INVALID ? 0 : in.readableBytes(), whole > 0);
        if (size == StreamFraming.INVALID) {
            in.skipBytes(in.readableBytes());
            connection.onBadFrame();
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes()); // a frame that will never be complete
        connection.onPartial(0, false);
    }
}
