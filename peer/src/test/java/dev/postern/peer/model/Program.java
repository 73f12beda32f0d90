package dev.postern.peer.model;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a program knows that believes everything a signaling client tells it; each thing is held against the oracle. */
final class Program implements SignalingListener {

    private final String name;
    private final Oracle oracle;
    private final Consumer<Supplier<String>> tell;
    private final Map<String, List<String>> rooms = new HashMap<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Set<String> promised = new HashSet<>();
    /** The peer ids of all sessions that it had. */
    final Set<String> peers = new HashSet<>();

    private SignalingState state = SignalingState.IDLE;
    private Oracle.@Nullable Seat seat;

    /** A request of the program, and what became of it. */
    static final class Asked {

        private final String text;
        private @Nullable SignalingOutcome outcome;

        private Asked(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        private boolean isLeave() {
            return text.startsWith("l");
        }
    }

    Program(String name, Oracle oracle, Consumer<Supplier<String>> tell) {
        this.name = name;
        this.oracle = oracle;
        this.tell = tell;
    }

    Asked asks(String text, String room) {
        Asked request = new Asked(text);
        asked.add(request);
        tell.accept(() -> name + " asks " + text + " (" + room + ")");
        return request;
    }

    /** The id of one of the peers that it knows in a room; of nobody if it knows none. */
    String peer(String room, int which) {
        List<String> peers = rooms.getOrDefault(room, List.of());
        return peers.isEmpty() ? "p_nobody" : peers.get(which % peers.size());
    }

    Oracle.@Nullable Seat seat() {
        return seat;
    }

    private Oracle.Seat mySeat() {
        Oracle.Seat mine = seat;
        if (mine == null) {
            throw new Violation(name + " is told something before its welcome");
        }
        return mine;
    }

    private void seen(Told told) {
        tell.accept(() -> name + " is told " + told);
        oracle.seen(mySeat(), told);
    }

    void settled(Asked request, SignalingOutcome outcome) {
        tell.accept(() -> name + ": " + request.text + " ended as " + outcome);
        if (request.outcome != null) {
            throw new Violation(request.text + " was answered twice");
        }
        request.outcome = outcome;
        if (request.isLeave()) {
            return;
        }
        if (outcome instanceof SignalingOutcome.Done) {
            answered(request, 0);
        } else if (outcome instanceof SignalingOutcome.Refused refused) {
            answered(request, refused.error().code());
        }
    }

    private void answered(Asked request, int code) {
        Integer done = oracle.ledger.answer(mySeat().peer, request.text);
        if (done == null || done != code) {
            throw new Violation(request.text + " was answered " + code + " (0 is ok), and the truth is " + done);
        }
    }

    @Override
    public void onState(SignalingState next, SignalingCause cause, long retryInMillis) {
        tell.accept(() -> name + " is " + next + " (" + cause + ")");
        state = next;
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        tell.accept(() -> name + " is welcomed as " + welcomed.peer() + ", resumed " + welcomed.resumed());
        Oracle.Seat before = seat;
        Oracle.Seat now = oracle.seatOf(welcomed.peer());
        if (welcomed.resumed() != (before == now) || welcomed.sessionLost() != (before != null && before != now)) {
            throw new Violation(name + " is told resumed:" + welcomed.resumed() + " sessionLost:"
                    + welcomed.sessionLost() + " where the session was " + (before == null ? "none" : before.peer)
                    + " and is " + now.peer);
        }
        if (before != null && before != now && oracle.couldGoOn(before)) {
            throw new Violation(name + " was given another session, and " + before.peer + " could have gone on");
        }
        if (before != now) {
            rooms.clear();
            promised.clear();
            promised.addAll(welcomed.joiningAgain());
        }
        seat = now;
        peers.add(now.peer);
    }

    @Override
    public void onJoined(Joined joined, boolean again) {
        seen(Told.of(joined));
        promised.remove(joined.room());
        rooms.put(
                joined.room(),
                new ArrayList<>(joined.peers().stream().map(Peer::id).toList()));
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        seen(Told.of(change));
        List<String> peers = rooms.get(change.room());
        if (peers != null && change.event() == PeerEvent.JOIN) {
            peers.add(change.peer().id());
        } else if (peers != null && change.event() == PeerEvent.LEAVE) {
            peers.remove(change.peer().id());
        }
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        seen(Told.of(sig));
    }

    @Override
    public void onIce(ServerMessage.Ice ice) {
        seen(Told.of(ice));
    }

    @Override
    public void onIceServers(IceServers ice) {
        seen(Told.of(ice));
    }

    @Override
    public void onLeft(String room) {
        seen(new Told(Told.Kind.LEFT, room, "", ""));
        rooms.remove(room);
    }

    @Override
    public void onRoomLost(String room, SignalingOutcome why) {
        promised.remove(room);
        tell.accept(() -> name + " could not come back into " + room + ": " + why);
    }

    @Override
    public void onError(ServerMessage.Err error) {
        throw new Violation(name + " is told of an error that it did not make: " + error);
    }

    /** All faults are over and all messages have come: everything must be as it should. */
    void checkComplete() {
        if (state != SignalingState.OPEN) {
            throw new Violation(name + " is " + state + " though nobody ended it and the server is there");
        }
        oracle.checkComplete(mySeat());
        checkSettled();
        if (!promised.isEmpty()) {
            throw new Violation(name + " was to come back into " + promised + " and did not");
        }
        Map<String, Set<String>> mine = sorted(rooms);
        Map<String, Set<String>> truth = sorted(oracle.roomsOf(mySeat()));
        if (!mine.equals(truth)) {
            throw new Violation(name + " believes in rooms " + mine + ", and the truth is " + truth);
        }
    }

    /** Whether everything seems to have come. */
    boolean isAtRest() {
        Oracle.Seat mine = seat;
        return state == SignalingState.OPEN
                && mine != null
                && oracle.isComplete(mine)
                && isSettled()
                && promised.isEmpty();
    }

    boolean isSettled() {
        return asked.stream().allMatch(request -> request.outcome != null);
    }

    /** Every request has ended, and what is said not to have been done was not. */
    void checkSettled() {
        for (Asked request : asked) {
            if (request.outcome == null) {
                throw new Violation(request.text + " was never answered");
            }
            boolean neverDone = request.outcome instanceof SignalingOutcome.Lost lost && !lost.maybeDone();
            if (neverDone && oracle.ledger.executions(request.text) > 0) {
                throw new Violation(request.text + " is said never to have left, and was done");
            }
        }
    }

    private static Map<String, Set<String>> sorted(Map<String, List<String>> rooms) {
        Map<String, Set<String>> sorted = new TreeMap<>();
        rooms.forEach((room, peers) -> sorted.put(room, new TreeSet<>(peers)));
        return sorted;
    }
}
