package dev.postern.natsim.server;

import dev.postern.stun.StreamFraming;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Cuts one TCP stream into STUN and ChannelData messages, however its bytes come. Owned by the thread that runs the network. */
public final class StreamFrames {

    private static final int MAX_FRAME_BYTES = 1 << 12;

    private ByteBuffer rest = ByteBuffer.allocate(0);
    private boolean broken;

    /**
     * The messages that are whole with these bytes, each in a buffer of its own; none once something came that is no message
     * or longer than {@value #MAX_FRAME_BYTES} bytes, see {@link #isBroken}.
     */
    public List<ByteBuffer> take(ByteBuffer data) {
        List<ByteBuffer> frames = new ArrayList<>();
        if (broken) {
            return frames;
        }
        ByteBuffer all = ByteBuffer.allocate(rest.remaining() + data.remaining())
                .put(rest)
                .put(data.duplicate())
                .flip();
        int length = StreamFraming.frameLength(all, MAX_FRAME_BYTES);
        while (length > 0) {
            frames.add(all.slice(all.position(), length));
            all.position(all.position() + length);
            length = StreamFraming.frameLength(all, MAX_FRAME_BYTES);
        }
        broken = length == StreamFraming.INVALID;
        rest = all;
        return frames;
    }

    /** Whether there is no way to find the next message: the connection is of no more use. */
    public boolean isBroken() {
        return broken;
    }
}
