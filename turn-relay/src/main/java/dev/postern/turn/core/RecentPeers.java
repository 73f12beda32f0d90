package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;

/**
 * The peers that an allocation talked to last, {@value #SETS} times {@value #WAYS} at most, as hashes of 64 bits. One that is forgotten
 * counts as new again. Belongs to the engine's thread; makes no garbage once there was a peer.
 */
final class RecentPeers {

    private static final int WAYS = 4;
    private static final int SETS = 16;
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
        if (keys.length == 0) {
            keys = new long[SETS * WAYS];
        }
        long key = keyOf(peer);
        moveToFront(firstOf(key), WAYS - 1, key);
    }

    private void moveToFront(int first, int way, long key) {
        System.arraycopy(keys, first, keys, first + 1, way);
        keys[first] = key;
    }

    private static int firstOf(long key) {
        return (int) (key >>> 32 & (SETS - 1)) * WAYS;
    }

    /** Two ports of one address never have the same key; 0 is no key. */
    private static long keyOf(TransportAddress peer) {
        long mixed = (peer.ip().high() * 0xD1B54A32D192ED03L + peer.ip().low()) * 0x9E3779B97F4A7C15L + peer.port();
        mixed = (mixed ^ (mixed >>> 32)) * 0xBF58476D1CE4E5B9L;
        mixed ^= mixed >>> 29;
        return mixed == 0 ? 1 : mixed;
    }
}
