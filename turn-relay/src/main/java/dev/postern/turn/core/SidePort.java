package dev.postern.turn.core;

import dev.postern.stun.TransportAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A port that a leg on a shared relay has for itself, for the peers that another leg owns there: to them its client seems to come by one
 * more address, which ICE takes for a peer-reflexive one. It lives from the first such peer to the end of its leg. Belongs to the
 * engine's thread.
 */
final class SidePort extends RelaySocket {

    /** A request that is answered when the port is there, or cannot be. */
    interface Waiting {

        void settled(long nowNanos, boolean bound);
    }

    private record WaitingRequest(ReplyTo replyTo, Waiting then) {}

    /** Requests that may wait for one port; the client sends one again that is not answered. */
    private static final int MOST_WAITING = 16;

    private final RelayLeg leg;
    private final PortClaim claim;
    private final int mostPeers;
    private final LinkedHashSet<TransportAddress> peers = new LinkedHashSet<>(4);
    private final List<WaitingRequest> waiting = new ArrayList<>(1);
    private int attempts = 1;
    private boolean wanted = true;

    /** @param mostPeers how many peers it serves; of more it forgets the one that came first */
    SidePort(RelayLeg leg, PortClaim claim, int mostPeers) {
        this.leg = leg;
        this.claim = claim;
        this.mostPeers = mostPeers;
    }

    RelayLeg leg() {
        return leg;
    }

    PortClaim claim() {
        return claim;
    }

    @Override
    RelayPool pool() {
        return claim.pool();
    }

    @Override
    AllocationTable home() {
        return leg.home();
    }

    @Override
    RelayLeg legFor(TransportAddress peer, long nowNanos) {
        return leg;
    }

    /** Makes no garbage. */
    boolean serves(TransportAddress peer) {
        return peers.contains(peer);
    }

    void serve(TransportAddress peer) {
        if (peers.size() >= mostPeers && !peers.contains(peer)) {
            peers.remove(peers.iterator().next());
        }
        peers.add(peer);
    }

    /** How often it was tried to bind it; this call counts one more. */
    int countAttempt() {
        return ++attempts;
    }

    /** Whether its leg still has a use for it. */
    boolean isWanted() {
        return wanted;
    }

    void unwanted() {
        wanted = false;
        waiting.clear();
    }

    /** Keeps a request until the port is settled, unless it waits already or too many do. */
    void await(ReplyTo replyTo, Waiting then) {
        boolean again = waiting.stream()
                .anyMatch(each -> each.replyTo.id().equals(replyTo.id())
                        && each.replyTo.path().equals(replyTo.path()));
        if (!again && waiting.size() < MOST_WAITING) {
            waiting.add(new WaitingRequest(replyTo, then));
        }
    }

    /** Answers those that waited. */
    void settle(long nowNanos, boolean bound) {
        List<WaitingRequest> settled = List.copyOf(waiting);
        waiting.clear();
        settled.forEach(each -> each.then.settled(nowNanos, bound));
    }
}
