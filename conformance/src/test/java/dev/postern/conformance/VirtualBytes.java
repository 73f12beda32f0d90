package dev.postern.conformance;

import java.nio.ByteBuffer;

/** Bytes on their way: added at one end, taken at the other. */
final class VirtualBytes {

    private ByteBuffer bytes = ByteBuffer.allocate(0);

    void add(ByteBuffer more) {
        ByteBuffer all = ByteBuffer.allocate(bytes.remaining() + more.remaining());
        bytes = all.put(bytes).put(more.duplicate()).flip();
    }

    int size() {
        return bytes.remaining();
    }

    /** Up to so many bytes, taken away. */
    ByteBuffer take(int count) {
        int size = Math.min(count, bytes.remaining());
        ByteBuffer taken = ByteBuffer.allocate(size).put(bytes.slice(bytes.position(), size));
        bytes.position(bytes.position() + size);
        return taken.flip();
    }

    /** What is there, not taken away; a reader may move the position. */
    ByteBuffer peek() {
        return bytes;
    }
}
