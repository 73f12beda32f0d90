package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;

/**
 * The peers that an allocation talked to last, {@value #MOST_SETS} times {@value #WAYS} at most, as hashes of 64 bits. One that is
 * forgotten counts as new again. Most allocations talk to few, so it begins with one set of {@value #WAYS} and doubles whenever one is
 * full. Belongs to the engine's thread; looking up makes no garbage.
 */
final class RecentPeers {

    private static final int WAYS = 4;
    private static final int MOST_SETS = 16;
    private static final long[] NONE = {};

    private long[] keys = NONE;

    /** Whether the peer is remembered; if so, as the latest of its set. */
    boolean touch(TransportAddress peer) {
        if (keys.length == 0) {
            return false;
        }
        long key = keyOf(peer);
        int first = firstOf(key);
        for (int way = 0; way < WAYS; way++) {
            if (keys[first + way] == key) {
                moveToFront(first, way, key);
                return true;
            }
        }
        return false;
    }

    /** Remembers a peer, and forgets the one of its set that was talked to the longest ago. */
    void add(TransportAddress peer) {
        long key = keyOf(peer);
        while (keys.length < MOST_SETS * WAYS && (keys.length == 0 || keys[firstOf(key) + WAYS - 1] != 0)) {
            grow();
        }
        moveToFront(firstOf(key), WAYS - 1, key);
    }

    private void grow() {
        long[] before = keys;
        keys = new long[Math.max(WAYS, 2 * before.length)];
        for (int set = 0; set < before.length; set += WAYS) {
            for (int way = WAYS - 1; way >= 0; way--) { // the latest last, so that it is in front again
                long key = before[set + way];
                if (key != 0) {
                    moveToFront(firstOf(key), WAYS - 1, key);
                }
            }
        }
    }

    private void moveToFront(int first, int way, long key) {
        System.arraycopy(keys, first, keys, first + 1, way);
        keys[first] = key;
    }

    private int firstOf(long key) {
        return (int) (key >>> 32 & (keys.length / WAYS - 1)) * WAYS;
    }

    /** Two ports of one address never have the same key; 0 is no key. */
    private static long keyOf(TransportAddress peer) {
        long mixed = (peer.ip().high() * 0xD1B54A32D192ED03L + peer.ip().low()) * 0x9E3779B97F4A7C15L + peer.port();
        mixed = (mixed ^ (mixed >>> 32)) * 0xBF58476D1CE4E5B9L;
        mixed ^= mixed >>> 29;
        return mixed == 0 ? 1 : mixed;
    }
}
