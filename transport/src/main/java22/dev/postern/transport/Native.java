package dev.postern.transport;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Memory by address: what system calls read and write. Nothing here checks an address, so every one comes from an arena of the driver
 * that is open. The byte order is the machine's unless the name says {@code Net}.
 */
final class Native {

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfShort NET_SHORT = SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NET_INT = INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NET_LONG = LONG.withOrder(ByteOrder.BIG_ENDIAN);

    private Native() {}

    static int getByte(long address) {
        return ALL.get(ValueLayout.JAVA_BYTE, address) & 0xFF;
    }

    static short getShort(long address) {
        return ALL.get(SHORT, address);
    }

    static void putShort(long address, int value) {
        ALL.set(SHORT, address, (short) value);
    }

    static int getInt(long address) {
        return ALL.get(INT, address);
    }

    static void putInt(long address, int value) {
        ALL.set(INT, address, value);
    }

    static long getLong(long address) {
        return ALL.get(LONG, address);
    }

    static void putLong(long address, long value) {
        ALL.set(LONG, address, value);
    }

    static int getNetShort(long address) {
        return ALL.get(NET_SHORT, address) & 0xFFFF;
    }

    static void putNetShort(long address, int value) {
        ALL.set(NET_SHORT, address, (short) value);
    }

    static int getNetInt(long address) {
        return ALL.get(NET_INT, address);
    }

    static void putNetInt(long address, int value) {
        ALL.set(NET_INT, address, value);
    }

    static long getNetLong(long address) {
        return ALL.get(NET_LONG, address);
    }

    static void putNetLong(long address, long value) {
        ALL.set(NET_LONG, address, value);
    }

    /** Copies a few bytes, such as a header. */
    static void copy(long from, long to, int bytes) {
        for (int i = 0; i < bytes; i++) {
            ALL.set(ValueLayout.JAVA_BYTE, to + i, ALL.get(ValueLayout.JAVA_BYTE, from + i));
        }
    }

    /** Copies a multiple of eight bytes. */
    static void copyLongs(long from, long to, int bytes) {
        for (int i = 0; i < bytes; i += Long.BYTES) {
            putLong(to + i, getLong(from + i));
        }
    }

    /** The text that ends with a zero byte. */
    static String text(long address) {
        return ALL.getString(address);
    }
}
