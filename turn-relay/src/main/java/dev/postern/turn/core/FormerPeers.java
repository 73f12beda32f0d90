package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that legs of one shared relay owned when they ended, {@value #MOST} at most. Of more the one goes that is there the
 * longest of the user who has the most there: so nobody makes the relay forget another user's, unless that one has more himself. Belongs
 * to the engine's thread; {@link #contains} makes no garbage.
 */
final class FormerPeers {

    /** Addresses of all users together. */
    static final int MOST = 4096;

    /** What is remembered of one user, the longest ago first. */
    private record OfUser(String user, LinkedHashSet<TransportAddress> peers) {

        int count() {
            return peers.size();
        }
    }

    private final Map<TransportAddress, OfUser> byPeer = new HashMap<>();
    private final Map<String, OfUser> byUser = new HashMap<>();

    /** By how much each has; who is in it must be taken out while that changes. */
    private final TreeSet<OfUser> ranked =
            new TreeSet<>(Comparator.comparingInt(OfUser::count).thenComparing(OfUser::user));

    boolean contains(TransportAddress peer) {
        return byPeer.containsKey(peer);
    }

    int size() {
        return byPeer.size();
    }

    /** Remembers that an allocation of this user owned the peer, as the latest. */
    void add(String user, TransportAddress peer) {
        remove(peer);
        if (byPeer.size() >= MOST) {
            remove(ranked.last().peers().iterator().next());
        }
        OfUser his = byUser.computeIfAbsent(user, name -> new OfUser(name, new LinkedHashSet<>(4)));
        ranked.remove(his);
        his.peers().add(peer);
        ranked.add(his);
        byPeer.put(peer, his);
    }

    /** Forgets the peer, if it is remembered. */
    void remove(TransportAddress peer) {
        @Nullable OfUser his = byPeer.remove(peer);
        if (his == null) {
            return;
        }
        ranked.remove(his);
        his.peers().remove(peer);
        if (his.peers().isEmpty()) {
            byUser.remove(his.user());
        } else {
            ranked.add(his);
        }
    }
}
