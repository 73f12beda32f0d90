package dev.postern.signaling.protocol;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A peer of a room as another peer is told of it.
 *
 * @param id the peer's id, the same in every room of its session
 * @param name what the peer calls itself; null if it gave no name
 * @param meta what else it said of itself
 * @param polite whether the receiver of this message is the polite side of perfect negotiation towards this peer: of
 *     two peers the one that joined the room later is polite
 */
public record Peer(String id, @Nullable String name, Meta meta, boolean polite) {

    public Peer {
        Objects.requireNonNull(id);
        Objects.requireNonNull(meta);
    }
}
