package dev.postern.stun;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The 96 bits that name a STUN transaction (RFC 8489 section 5). Immutable, compared by value.
 *
 * <p>An indication carries one too, but nothing is matched by it.
 */
public final class TransactionId {

    /** The size of a transaction id on the wire. */
    public static final int BYTES = 12;

    private final int high;
    private final long low;

    private TransactionId(int high, long low) {
        this.high = high;
        this.low = low;
    }

    /** The id whose first four bytes are {@code high} and last eight are {@code low}, big-endian. */
    public static TransactionId of(int high, long low) {
        return new TransactionId(high, low);
    }

    /** Reads the {@value #BYTES} bytes at the absolute index {@code offset}; the buffer's position does not move. */
    public static TransactionId of(ByteBuffer buffer, int offset) {
        return new TransactionId(buffer.getInt(offset), buffer.getLong(offset + Integer.BYTES));
    }

    /** Writes the {@value #BYTES} bytes at the buffer's position and moves it past them. */
    public void put(ByteBuffer buffer) {
        buffer.putInt(high).putLong(low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TransactionId that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        // A stranger picks these bits: mix them, so that a table of ids is not filled into one bucket by simple
        // patterns.
        long mixed = (low ^ Integer.toUnsignedLong(high) * 0xD6E8FEB86659FD93L) * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32));
    }

    /** The id as 24 hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%08x%016x", high, low);
    }
}
