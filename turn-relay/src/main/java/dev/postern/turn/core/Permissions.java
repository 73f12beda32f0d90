package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of one allocation, at most as many as it may hold. Expired ones do not count and are swept when room is
 * needed. Owned by the engine's thread.
 */
final class Permissions {

    private final int most;
    private final SmallMap<IpAddress, Permission> byPeer = new SmallMap<>();

    Permissions(int most) {
        this.most = most;
    }

    /** The peer's permission that holds now, or null. Makes no garbage. */
    @Nullable
    Permission find(IpAddress peer, long nowNanos) {
        Permission permission = byPeer.get(peer);
        return permission != null && permission.holds(nowNanos) ? permission : null;
    }

    /** Whether all of these can be installed or refreshed together. */
    boolean hasRoomFor(List<IpAddress> peers, long nowNanos) {
        int fresh = 0;
        for (int i = 0; i < peers.size(); i++) {
            if (byPeer.get(peers.get(i)) == null && peers.indexOf(peers.get(i)) == i) {
                fresh++;
            }
        }
        if (byPeer.size() + fresh <= most) {
            return true;
        }
        byPeer.removeIf(permission -> !permission.holds(nowNanos) && !peers.contains(permission.key()));
        return byPeer.size() + fresh <= most;
    }

    /** Installs or refreshes; the caller has seen that there is {@linkplain #hasRoomFor room}. */
    Permission install(IpAddress peer, Permission.Kind kind, long nowNanos) {
        Permission permission = byPeer.get(peer);
        if (permission == null) {
            permission = new Permission(peer, kind, nowNanos);
            byPeer.add(permission);
        } else {
            permission.refresh(nowNanos);
        }
        return permission;
    }

    /** Forgets those for peers of a family whose relayed address is gone. */
    void removeAll(AddressFamily family) {
        byPeer.removeIf(permission -> AddressFamily.of(permission.key()) == family);
    }

    /** How many are remembered, the expired ones that were not swept yet among them. */
    int size() {
        return byPeer.size();
    }
}
