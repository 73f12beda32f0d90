package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which of the legs that share a relay a peer's datagram is for.
 *
 * <p>A peer's transport address is owned by the leg whose client named it first, in a ChannelBind, a CreatePermission or with data, for as
 * long as that leg's permission holds; then by whoever names it next. What comes from an address that is nobody's goes to the only leg that
 * permits its IP address, since a peer behind a NAT may come by a port that nobody could name; where several do it goes to none. An
 * address that is remembered as a leg's is not guessed at: who wants it must name it.
 *
 * <p>Bounded: a leg owns as many addresses as it may hold permissions and channels together, as many are remembered that it owned before
 * those while it lives, and of those that legs owned when they ended as many as {@link FormerPeers} says. What a living leg names pushes
 * out nothing but what it named itself. Belongs to the engine's thread; neither lookup makes garbage.
 */
final class SharedPeers {

    private final Map<TransportAddress, Seat> owners = new HashMap<>();
    private final Map<IpAddress, List<Seat>> permitting = new HashMap<>();
    private final Map<TransportAddress, Seat> ownedBefore = new HashMap<>();
    private final FormerPeers former = new FormerPeers();

    /** Whom a datagram from this peer is for, or null. */
    @Nullable
    Seat find(TransportAddress peer, long nowNanos) {
        Seat owner = owners.get(peer);
        if (owner != null) {
            return owner.permits(peer.ip(), nowNanos) ? owner : null;
        }
        if (wasOwned(peer)) {
            return null;
        }
        Seat only = onlyPermitting(peer.ip(), nowNanos);
        return only == null || only.diverts(peer) ? null : only;
    }

    /** Whether {@link #find} has found nobody because several permit the address of this peer, which is nobody's. */
    boolean isAmbiguous(TransportAddress peer) {
        List<Seat> seats = permitting.get(peer.ip());
        return seats != null && seats.size() > 1 && !owners.containsKey(peer) && !wasOwned(peer);
    }

    private boolean wasOwned(TransportAddress peer) {
        return former.contains(peer) || ownedBefore.containsKey(peer);
    }

    /** The one seat that permits the address; null if there are none or several. Forgets those whose permission is over. */
    private @Nullable Seat onlyPermitting(IpAddress address, long nowNanos) {
        List<Seat> seats = permitting.get(address);
        if (seats == null) {
            return null;
        }
        Seat only = null;
        int index = 0;
        while (index < seats.size()) {
            Seat seat = seats.get(index);
            if (!seat.permits(address, nowNanos)) {
                seat.listed().remove(address);
                removeAt(seats, index);
            } else if (only != null) {
                return null;
            } else {
                only = seat;
                index++;
            }
        }
        if (seats.isEmpty()) {
            permitting.remove(address);
        }
        return only;
    }

    /** Order does not matter, so the last one fills the gap. */
    private static void removeAt(List<Seat> seats, int index) {
        Seat last = seats.remove(seats.size() - 1);
        if (index < seats.size()) {
            seats.set(index, last);
        }
    }

    /** Whether the seat may have this peer: it is nobody's, its own, or its owner permits it no more. */
    boolean isFreeFor(Seat seat, TransportAddress peer, long nowNanos) {
        Seat owner = owners.get(peer);
        return owner == null || owner == seat || !owner.permits(peer.ip(), nowNanos);
    }

    /** Makes the peer the seat's, which permits it; false, and nothing changed, if it is another's. */
    boolean claim(Seat seat, TransportAddress peer, long nowNanos) {
        Seat owner = owners.get(peer);
        if (owner == seat) {
            return true;
        }
        if (owner != null && owner.permits(peer.ip(), nowNanos)) {
            return false;
        }
        if (owner != null) {
            owner.owned().remove(peer);
        }
        TransportAddress surplus = seat.surplus(nowNanos);
        if (surplus != null) {
            seat.owned().remove(surplus);
            owners.remove(surplus);
            rememberAsOwnedBefore(seat, surplus);
        }
        forget(peer);
        owners.put(peer, seat);
        seat.owned().add(peer);
        return true;
    }

    private void rememberAsOwnedBefore(Seat seat, TransportAddress peer) {
        if (seat.ownedBefore().size() >= seat.mostOwned()) {
            forget(seat.ownedBefore().iterator().next());
        }
        seat.ownedBefore().add(peer);
        ownedBefore.put(peer, seat);
    }

    /** Whoever owned it before: it is somebody's again, or there is no room to remember it. */
    private void forget(TransportAddress peer) {
        former.remove(peer);
        Seat before = ownedBefore.remove(peer);
        if (before != null) {
            before.ownedBefore().remove(peer);
        }
    }

    /** The seat's allocation has got or refreshed a permission for this address. */
    void permitted(Seat seat, IpAddress address, long nowNanos) {
        if (seat.listed().contains(address)) {
            return;
        }
        if (seat.isListedUnderMost()) {
            unlist(
                    seat,
                    seat.listed().stream()
                            .filter(each -> !seat.permits(each, nowNanos))
                            .toList());
        }
        seat.listed().add(address);
        permitting.computeIfAbsent(address, ignored -> new ArrayList<>(2)).add(seat);
    }

    private void unlist(Seat seat, List<IpAddress> addresses) {
        for (IpAddress address : addresses) {
            seat.listed().remove(address);
            List<Seat> seats = permitting.get(address);
            if (seats != null) {
                removeAt(seats, seats.indexOf(seat));
                if (seats.isEmpty()) {
                    permitting.remove(address);
                }
            }
        }
    }

    /** The leg has ended. */
    void leave(Seat seat) {
        String user = seat.leg().allocation().quotaUser();
        for (TransportAddress peer : seat.owned()) {
            owners.remove(peer);
            former.add(user, peer);
        }
        seat.owned().clear();
        seat.ownedBefore().forEach(ownedBefore::remove);
        seat.ownedBefore().clear();
        unlist(seat, List.copyOf(seat.listed()));
    }

    /** How many entries there are of legs that have not left. */
    int size() {
        return owners.size() + ownedBefore.size() + permitting.size();
    }

    /** What legs owned that have ended. */
    FormerPeers former() {
        return former;
    }
}
