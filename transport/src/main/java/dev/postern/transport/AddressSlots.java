package dev.postern.transport;

/**
 * Which of a fixed number of slots belongs to which kernel address. Each address has two slots that it may lie in, so that two busy
 * flows which fall on one slot do not drive each other out with every packet; a third takes the place of the one that came first.
 *
 * <p>Owner: one shard's thread.
 */
final class AddressSlots {

    /** Slots; a power of two. */
    static final int COUNT = AddressCache.SLOTS;

    /** What {@link #find} says of an address that has none. */
    static final int NONE = -1;

    private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(COUNT);
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Family, port and the first four bytes; the 16 bytes of an IPv6 address; its scope. */
    private final long[] keys = new long[COUNT];

    private final long[] highs = new long[COUNT];
    private final long[] lows = new long[COUNT];
    private final int[] scopes = new int[COUNT];

    /** By pair: whether the next one goes to the second of its slots. */
    private final boolean[] secondIsNext = new boolean[COUNT / 2];

    /** The slot of this address, {@link #NONE} if it has none now. */
    int find(long key, long high, long low, int scope) {
        int first = first(key, high, low);
        if (holds(first, key, high, low, scope)) {
            return first;
        }
        return holds(first ^ 1, key, high, low, scope) ? first ^ 1 : NONE;
    }

    /** Gives the address, which has none, a slot; the one that lay there has none from now on. */
    int take(long key, long high, long low, int scope) {
        int pair = first(key, high, low) >>> 1;
        int slot = pair << 1 | (secondIsNext[pair] ? 1 : 0);
        secondIsNext[pair] = !secondIsNext[pair];
        keys[slot] = key;
        highs[slot] = high;
        lows[slot] = low;
        scopes[slot] = scope;
        return slot;
    }

    private boolean holds(int slot, long key, long high, long low, int scope) {
        return keys[slot] == key && highs[slot] == high && lows[slot] == low && scopes[slot] == scope;
    }

    private static int first(long key, long high, long low) {
        return (int) ((((key * 31 + high) * 31 + low) * GOLDEN) >>> SHIFT);
    }
}
