package dev.postern.transport;

import dev.postern.stun.StreamFraming;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;

/**
 * Cuts what a round wrote into its frames again, so that each is a TLS record of its own. TLS is a stream and no RFC asks for
 * this; but there are clients, coturn's among them, that take what comes with one record for one message.
 *
 * <p>Owner: the channel's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the last write's promise tells of all
final class RecordPerFrame extends ChannelOutboundHandlerAdapter {

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf batch) {
            ByteBuffer bytes = batch.nioBuffer();
            int size = StreamFraming.frameLength(bytes, StreamLimits.LONGEST_FRAME);
            while (size > 0 && size < bytes.remaining()) {
                ctx.write(batch.readRetainedSlice(size));
                bytes.position(bytes.position() + size);
                size = StreamFraming.frameLength(bytes, StreamLimits.LONGEST_FRAME);
            }
        }
        ctx.write(message, promise); // the last frame, or what is no frame: the data of a TCP relay
    }
}
