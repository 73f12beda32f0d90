package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage.Known;
import dev.postern.signaling.protocol.ClientMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a room knows beside its members where there are other nodes: which of them have to do with it, what is on its way to them,
 * and who is still to come back after the room's last home was lost. Owned by the hub.
 */
final class Abroad {

    /** How many peers that were lost are remembered. */
    static final int MAX_PARTED = 1_024;

    /** A request whose effect another node has not confirmed, or that waits for its target. */
    record Asked(Guest from, String target, ClientMessage.Request request) {}

    private record Key(String from, long id) {}

    private final Map<String, Long> nodes = new LinkedHashMap<>();
    private final Map<Key, Asked> inFlight = new LinkedHashMap<>();
    private final List<Asked> waiting = new ArrayList<>();
    /** Of those who were in the room at its last home: whom they know that is not seated again, and as what. */
    private final Map<String, Map<String, Known>> missed = new HashMap<>();
    /** Members that joined since the home is here, and did not come from another home. */
    private final Set<String> joinedHere = new HashSet<>();
    /** Peers that were members here and were lost with their nodes; the oldest give way. */
    private final Set<String> parted = new LinkedHashSet<>();
    /** The node that gave the room to this one; empty if none did. */
    String giver = "";
    /** Whether another node was said to have the room, once. */
    boolean isDoubted;
    /** Whether somebody who knew the room before it came here has told of it. */
    boolean hasInherited;
    /** Whether a moderator has opened the room, here or at a home before, and nobody has locked it since. */
    boolean isOpened;
    /** Rings when who is still missed is gone. */
    final Alarms.Alarm settled;

    Abroad(Alarms.Action onSettled) {
        this.settled = new Alarms.Alarm(onSettled);
    }

    /** Nodes that have entered, and the number of the last time; 0 for those that are expected to. */
    Map<String, Long> nodes() {
        return nodes;
    }

    /** Nobody is there who waits for the answers to what came from this node; if it comes back, it asks again. */
    void onNodeLost(String node) {
        nodes.remove(node);
        inFlight.values().removeIf(asked -> isOf(asked.from(), node));
        waiting.removeIf(asked -> isOf(asked.from(), node));
    }

    private static boolean isOf(Guest guest, String node) {
        return guest instanceof Visitor visitor && visitor.node().equals(node);
    }

    void sent(Asked asked) {
        inFlight.put(new Key(asked.from().peerId(), asked.request().id()), asked);
    }

    /** The request whose effect is confirmed; null if it is not waited for. */
    @Nullable
    Asked confirmed(String from, long origin) {
        return inFlight.remove(new Key(from, origin));
    }

    /** What is on its way to a peer, in its order. */
    List<Asked> inFlightTo(String target) {
        return inFlight.values().stream()
                .filter(one -> one.target().equals(target))
                .toList();
    }

    /** Takes out what is on its way to a peer, in its order. */
    List<Asked> takeInFlightTo(String target) {
        List<Asked> taken = new ArrayList<>();
        for (Iterator<Asked> all = inFlight.values().iterator(); all.hasNext(); ) {
            Asked one = all.next();
            if (one.target().equals(target)) {
                taken.add(one);
                all.remove();
            }
        }
        return taken;
    }

    /** Takes out what a member has asked and has no answer to, in its order. */
    List<Asked> takeAskedBy(Guest from) {
        List<Asked> taken = new ArrayList<>();
        for (Asked one : List.copyOf(inFlight.values())) {
            if (one.from() == from) {
                taken.add(one);
            }
        }
        inFlight.values().removeAll(taken);
        for (Asked one : waiting) {
            if (one.from() == from) {
                taken.add(one);
            }
        }
        waiting.removeAll(taken);
        return taken;
    }

    /** Takes out all that is on its way or waits, in its order. */
    List<Asked> takeAll() {
        List<Asked> taken = new ArrayList<>(inFlight.values());
        taken.addAll(waiting);
        inFlight.clear();
        waiting.clear();
        return taken;
    }

    void await(Asked asked) {
        waiting.add(asked);
    }

    /** Takes out what waits for this peer. */
    List<Asked> takeWaitingFor(String target) {
        List<Asked> taken =
                waiting.stream().filter(one -> one.target().equals(target)).toList();
        waiting.removeAll(taken);
        return taken;
    }

    /** Takes out all that waits. */
    List<Asked> takeWaiting() {
        List<Asked> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    void joinedHere(String member) {
        joinedHere.add(member);
    }

    /** A member is lost with its node, and may come back. */
    void part(String member) {
        parted.add(member);
        if (parted.size() > MAX_PARTED) {
            parted.remove(parted.iterator().next());
        }
    }

    /** Whether what somebody who comes here knows of a member is of another home, where that member was before it joined here. */
    boolean isOfBefore(String comer, String member) {
        return joinedHere.contains(member) && !parted.contains(comer);
    }

    /** Whether anybody still knows this peer, who is not seated. */
    boolean isMissed(String peer) {
        return missed.values().stream().anyMatch(known -> known.containsKey(peer));
    }

    /** Remembers whom a member knows that is not seated. */
    void miss(String member, Map<String, Known> known) {
        if (known.isEmpty()) {
            missed.remove(member);
        } else {
            missed.put(member, new LinkedHashMap<>(known));
        }
    }

    /** Whom a member knows that is not seated, and as what. */
    Map<String, Known> missedBy(String member) {
        return missed.getOrDefault(member, Map.of());
    }

    /** As what a member knows a peer that is seated from now on; null if it does not. */
    @Nullable
    Known takeMissed(String member, String peer) {
        Map<String, Known> known = missed.get(member);
        return known == null ? null : known.remove(peer);
    }

    /** Takes out whom members know that did not come back. */
    Map<String, Map<String, Known>> takeMissed() {
        Map<String, Map<String, Known>> taken = new LinkedHashMap<>(missed);
        missed.clear();
        return taken;
    }

    void forget(String member) {
        joinedHere.remove(member);
        missed.remove(member);
    }

    /** Whether nobody is missed. */
    boolean isSettled() {
        return missed.values().stream().allMatch(Map::isEmpty);
    }
}
