package dev.postern.peer.model.cluster;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a program knows that believes everything its client tells it; what cannot be is a violation. */
final class ClusterProgram implements SignalingListener {

    private final String name;
    private final ClusterWorld world;
    /** The peers of each room, and how it stands with them. */
    private final Map<String, Map<String, View>> rooms = new TreeMap<>();

    /** Whether rooms are locked, as far as it was told by others. */
    private final Map<String, Boolean> locked = new TreeMap<>();

    private final Set<String> unsettled = new HashSet<>();
    private SignalingState state = SignalingState.IDLE;
    private @Nullable String peer;
    private long awaySinceNanos;

    /** Another peer as this one sees it. */
    private static final class View {

        private final boolean amPolite;
        private boolean isLost;

        View(boolean amPolite) {
            this.amPolite = amPolite;
        }
    }

    ClusterProgram(String name, ClusterWorld world) {
        this.name = name;
        this.world = world;
        this.awaySinceNanos = world.net.nowNanos;
    }

    String me() {
        return peer == null ? "" : peer;
    }

    /** One of the peers that it knows in a room; nobody if it knows none. */
    String peer(String room, int which) {
        List<String> peers = new ArrayList<>(rooms.getOrDefault(room, Map.of()).keySet());
        return peers.isEmpty() ? "p_nobody" : peers.get(which % peers.size());
    }

    boolean isIn(String room) {
        return rooms.containsKey(room);
    }

    void asked(String text) {
        unsettled.add(text);
    }

    void settled(String text, SignalingOutcome outcome) {
        world.tell(() -> name + ": " + text + " ended as " + outcome);
        if (!unsettled.remove(text)) {
            throw new AssertionError(text + " was answered twice");
        }
        if (outcome instanceof SignalingOutcome.Done) {
            world.book.answeredOk(text);
        }
    }

    private void told(Object what) {
        world.tell(() -> name + " is told " + what);
    }

    @Override
    public void onState(SignalingState next, SignalingCause cause, long retryInMillis) {
        told(next + " (" + cause + ")");
        if (state == SignalingState.OPEN) {
            awaySinceNanos = world.net.nowNanos;
        }
        state = next;
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        told(welcomed);
        String before = peer;
        boolean isSame = welcomed.peer().equals(before);
        if (welcomed.resumed() != isSame) {
            throw new AssertionError(name + " was " + before + " and is told " + welcomed);
        }
        if (before != null && !isSame) {
            world.checkMayBeLost(before, awaySinceNanos);
            world.book.isOver(before);
        }
        if (!isSame) {
            rooms.clear();
            locked.clear();
        }
        peer = welcomed.peer();
    }

    @Override
    public void onJoined(Joined joined, boolean again) {
        told(joined);
        if (joined.locked()) {
            world.book.checkLock(joined.room(), true);
        }
        locked.put(joined.room(), joined.locked());
        Map<String, View> peers = new LinkedHashMap<>();
        for (Peer other : joined.peers()) {
            peers.put(other.id(), new View(other.polite()));
        }
        if (rooms.put(joined.room(), peers) != null) {
            throw new AssertionError(name + " has joined " + joined.room() + " twice");
        }
    }

    @Override
    public void onLeft(String room) {
        told("left " + room);
        rooms.remove(room);
    }

    @Override
    public void onRoom(ServerMessage.RoomChange change) {
        told(change);
        if (!rooms.containsKey(change.room())) {
            throw new AssertionError(name + " is told " + change + " and is not in that room");
        }
        world.book.checkLock(change.room(), change.locked());
        locked.put(change.room(), change.locked());
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        told(change);
        Map<String, View> peers = rooms.get(change.room());
        String about = change.peer().id();
        if (about.equals(me())) {
            rooms.remove(change.room());
            return;
        }
        if (peers == null) {
            throw new AssertionError(name + " is told " + change + " and is not in that room");
        }
        View known = peers.get(about);
        boolean fits = switch (change.event()) {
            case JOIN -> peers.put(about, new View(change.peer().polite())) == null;
            case LEAVE -> peers.remove(about) != null;
            case LOST -> known != null && !known.isLost;
            case BACK, META -> known != null;
        };
        if (!fits) {
            throw new AssertionError(name + " is told " + change + ", which cannot be");
        }
        if (known != null) {
            known.isLost = switch (change.event()) {
                case LOST -> true;
                case JOIN, LEAVE, BACK, META -> false;
            };
        }
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        told(sig);
        checkKnown(sig.room(), sig.from(), sig.description().sdp());
        world.book.arrives(sig.description().sdp(), me(), sig.from(), sig.room());
    }

    @Override
    public void onIce(ServerMessage.Ice ice) {
        told(ice);
        String text = ice.candidates().get(0).candidate();
        checkKnown(ice.room(), ice.from(), text);
        world.book.arrives(text, me(), ice.from(), ice.room());
    }

    private void checkKnown(String room, String from, String text) {
        if (!rooms.getOrDefault(room, Map.of()).containsKey(from)) {
            throw new AssertionError(name + " is told " + text + " of " + from + ", whom it does not know");
        }
    }

    @Override
    public void onError(ServerMessage.Err error) {
        throw new AssertionError(name + " is told of an error that it did not make: " + error);
    }

    boolean isSettled() {
        return state == SignalingState.OPEN && unsettled.isEmpty();
    }

    void checkSettled() {
        if (state != SignalingState.OPEN) {
            throw new AssertionError(name + " is " + state + " though nobody ended it and there are servers");
        }
        if (!unsettled.isEmpty()) {
            throw new AssertionError(name + " was never answered " + unsettled);
        }
    }

    /** All who believe to be in a room know each other, are taken to be there, and of each two one is polite. */
    static void checkViews(List<ClusterProgram> all) {
        for (ClusterProgram one : all) {
            one.rooms.forEach((room, peers) -> {
                Set<String> truth = new HashSet<>();
                for (ClusterProgram other : all) {
                    Map<String, View> theirs = other.rooms.get(room);
                    if (other != one && theirs != null) {
                        truth.add(other.me());
                        checkPolite(room, one, peers.get(other.me()), other, theirs.get(one.me()));
                    }
                }
                if (!truth.equals(peers.keySet())) {
                    throw new AssertionError(one.name + " (" + one.me() + ") takes " + peers.keySet() + " to be in "
                            + room + ", and there are " + truth);
                }
            });
        }
    }

    /** Who has not locked rooms himself was told the same of them as all others. */
    static void checkLocks(List<ClusterProgram> all) {
        Map<String, Boolean> said = new TreeMap<>();
        for (ClusterProgram one : all) {
            one.locked.forEach((room, isLocked) -> {
                if (one.rooms.containsKey(room) && !isLocked.equals(said.getOrDefault(room, isLocked))) {
                    throw new AssertionError(
                            one.name + " takes " + room + " for " + (isLocked ? "" : "not ") + "locked");
                }
                if (one.rooms.containsKey(room)) {
                    said.put(room, isLocked);
                }
            });
        }
    }

    private static void checkPolite(
            String room, ClusterProgram one, @Nullable View view, ClusterProgram other, @Nullable View back) {
        if (view == null || back == null) {
            return;
        }
        if (view.amPolite == back.amPolite) {
            throw new AssertionError(
                    one.name + " and " + other.name + " are both " + (view.amPolite ? "" : "im") + "polite in " + room);
        }
        if (view.isLost) {
            throw new AssertionError(one.name + " takes " + other.name + " for lost in " + room);
        }
    }
}
