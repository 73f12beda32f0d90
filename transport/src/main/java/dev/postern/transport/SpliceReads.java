package dev.postern.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/** How a peer's bytes are read: in large buffers, and in small ones while memory is scarce. For the event loops. */
@SuppressWarnings("deprecation") // Netty deprecates Handle, and has no other type for what newHandle answers
final class SpliceReads implements RecvByteBufAllocator {

    /* What is there is read to its end, within bounds, before it is written: some programs take a segment for a message. */
    private static final int SHORTEST_READ = 2048;
    private static final int FIRST_READ = 16_384;
    private static final int LONGEST_READ = 65_536;
    private static final int READS_PER_FLUSH = 16;

    /** The same as the longest read of a client's stream; {@link PeerStreamLimits} counts on it. */
    private static final int SCARCE_READ = 16_384;

    private final RecvByteBufAllocator large = new AdaptiveRecvByteBufAllocator(SHORTEST_READ, FIRST_READ, LONGEST_READ)
            .maxMessagesPerRead(READS_PER_FLUSH);
    private final MemoryBudget memory;

    SpliceReads(MemoryBudget memory) {
        this.memory = memory;
    }

    @Override
    public Handle newHandle() {
        return new DelegatingHandle(large.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return memory.isScarce()
                        ? allocator.ioBuffer(Math.min(delegate().guess(), SCARCE_READ))
                        : delegate().allocate(allocator);
            }
        };
    }
}
