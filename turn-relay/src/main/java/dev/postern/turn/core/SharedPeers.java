package dev.postern.turn.core;

import dev.postern.stun.IpAddress;
import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the legs that share a relay a peer's datagram is for.
 *
 * <p>A peer's transport address is owned by the leg whose client named it first, in a ChannelBind, a CreatePermission or with data, for as
 * long as that leg's permission holds; then by whoever names it next. What comes from an address that is nobody's goes to the only leg that
 * permits its IP address, since a peer behind a NAT may come by a port that nobody could name; where several do it goes to none. An
 * address that was a leg's is never guessed at again: who wants it must name it.
 *
 * <p>Bounded: a leg owns as many addresses as it may hold permissions and channels together, and {@value #MOST_FORMER} are
 * remembered of legs that are gone. Belongs to the engine's thread; neither lookup makes garbage.
 */
final class SharedPeers {

    /** Addresses of legs that are gone, the latest. */
    static final int MOST_FORMER = 4096;

    private final Map<TransportAddress, Seat> owners = new HashMap<>();
    private final Map<IpAddress, List<Seat>> permitting = new HashMap<>();
    private final LinkedHashSet<TransportAddress> former = new LinkedHashSet<>();

    /** Whom a datagram from this peer is for, or null. */
    @Nullable
    Seat find(TransportAddress peer, long nowNanos) {
        Seat owner = owners.get(peer);
        if (owner != null) {
            return owner.permits(peer.ip(), nowNanos) ? owner : null;
        }
        if (former.contains(peer)) {
            return null;
        }
        Seat only = onlyPermitting(peer.ip(), nowNanos);
        return only == null || only.diverts(peer) ? null : only;
    }

    /** Whether {@link #find} has found nobody because several permit the address of this peer, which is nobody's. */
    boolean isAmbiguous(TransportAddress peer) {
        List<Seat> seats = permitting.get(peer.ip());
        return seats != null && seats.size() > 1 && !owners.containsKey(peer) && !former.contains(peer);
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
            forget(seat, surplus);
            seat.owned().remove(surplus);
        }
        owners.put(peer, seat);
        seat.owned().add(peer);
        former.remove(peer);
        return true;
    }

    private void forget(Seat seat, TransportAddress peer) {
        if (owners.remove(peer, seat)) {
            if (former.size() >= MOST_FORMER) {
                former.remove(former.iterator().next());
            }
            former.add(peer);
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
        seat.owned().forEach(peer -> forget(seat, peer));
        seat.owned().clear();
        unlist(seat, List.copyOf(seat.listed()));
    }

    /** How many entries there are of legs that have not left. */
    int size() {
        return owners.size() + permitting.size();
    }

    /** The addresses that must be named again. */
    Set<TransportAddress> former() {
        return former;
    }
}
