package dev.postern.signaling.core;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * All that is kept for clients to resume, bounded in bytes: where it is too much the ring that holds most loses all it holds, so that whoever has
 * little kept keeps it. Owned by the hub.
 */
final class Rings {

    private final int maxMessages;
    private final int maxBytes;
    private final long maxTotalBytes;
    private final Set<Ring> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private long bytes;

    /**
     * Nothing is kept.
     *
     * @param maxMessages for one client
     * @param maxBytes for one client
     * @param maxTotalBytes for all
     */
    Rings(int maxMessages, int maxBytes, long maxTotalBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.maxTotalBytes = maxTotalBytes;
    }

    /** The ring of a session that begins. */
    Ring open() {
        Ring ring = new Ring(maxMessages, maxBytes, change -> bytes += change);
        open.add(ring);
        return ring;
    }

    /** The session has ended or left: nothing is kept for it. */
    void close(Ring ring) {
        ring.close();
        open.remove(ring);
    }

    /** Keeps to the bound; answers how many messages it had to drop. */
    int shrink() {
        int dropped = 0;
        while (bytes > maxTotalBytes) {
            dropped += fullest().clear();
        }
        return dropped;
    }

    private Ring fullest() {
        Ring most = null;
        for (Ring ring : open) {
            if (most == null || ring.bytes() > most.bytes()) {
                most = ring;
            }
        }
        if (most == null) {
            throw new IllegalStateException(bytes + " bytes are kept for nobody");
        }
        return most;
    }
}
