package dev.postern.transport;

import dev.postern.stun.StreamFraming;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream's bytes behind the last frame that is complete and passes all frames before it on as one buffer: the
 * shard gets one task per read, however small the frames.
 *
 * <p>Behind a ConnectionBind it waits: if that makes the stream one with a peer's, the bytes that follow are no frames.
 *
 * <p>Owner: the channel's event loop.
 */
final class StreamFrameDecoder extends ByteToMessageDecoder {

    private final StreamConnection connection;
    private final int maxFrameBytes;
    private @Nullable ChannelHandlerContext context;
    private boolean held;

    StreamFrameDecoder(StreamConnection connection, int maxFrameBytes) {
        this.connection = connection;
        this.maxFrameBytes = maxFrameBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (held) {
            return;
        }
        ByteBuffer bytes = in.nioBuffer();
        int size = StreamFraming.frameLength(bytes, maxFrameBytes);
        while (size > 0 && !held) {
            held = StreamFrames.isConnectionBind(bytes);
            bytes.position(bytes.position() + size);
            size = StreamFraming.frameLength(bytes, maxFrameBytes);
        }
        int whole = in.readableBytes() - bytes.remaining();
        if (held) {
            connection.hold();
        }
        if (whole > 0) {
            out.add(in.readRetainedSlice(whole));
        }
        boolean invalid = !held && size == StreamFraming.INVALID;
        connection.onPartial(invalid ? 0 : in.readableBytes(), whole > 0);
        if (invalid) {
            in.skipBytes(in.readableBytes());
            connection.onBadFrame();
        }
    }

    /** Decodes what has come since a ConnectionBind, which did not make the stream one with a peer's. */
    void goOn() {
        held = false;
        ChannelHandlerContext ctx = context;
        if (ctx != null && !ctx.isRemoved()) {
            try {
                channelRead(ctx, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                ctx.fireExceptionCaught(e);
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    /** The bytes that were not decoded have gone on to whoever takes this one's place. */
    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        connection.onPartial(0, false);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes()); // a frame that will never be complete
        connection.onPartial(0, false);
    }
}
