package dev.postern.peer.model;

import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.ErrorCode;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a signaling server without faults would do: no ring, no acknowledgement, no replay, no number. It hears what reaches
 * the server and when connections end there, in their order, and keeps for every session the whole list of what its client
 * must be told. A client may be told that list from its beginning, each thing once, in order, and nothing else; it may be cut
 * short by {@code resumed:false} only where the session cannot go on.
 */
final class Oracle {

    private final int ringMessages;
    private final boolean serversPerRoom;
    private final long windowNanos;
    private final Map<String, Seat> bySid = new LinkedHashMap<>();
    private final Map<String, Seat> byPeer = new HashMap<>();
    private final Map<String, Map<Seat, Integer>> rooms = new HashMap<>();
    final Ledger ledger = new Ledger();
    private int joins;
    private boolean hasLeftOut;

    /** A session, for as long as it lives and beyond. */
    static final class Seat {

        final String peer;
        private final Map<String, Boolean> rooms = new LinkedHashMap<>();
        private final Map<Long, Boolean> executed = new HashMap<>();
        final List<Told> told = new ArrayList<>();
        private final BitSet mayBeLeftOut = new BitSet();
        private String secret;
        private @Nullable String previousSecret;
        private @Nullable Object connection;
        /** The latest attempt to resume it that was taken, by its client's count. */
        private long attempt;

        private long lostNanos;
        private boolean hasEnded;
        /** Where in the list its client may be. */
        private Set<Integer> places = Set.of(0);

        private int serversReplacedUpTo;

        private Seat(String peer, String secret, Object connection, long attempt) {
            this.peer = peer;
            this.secret = secret;
            this.connection = connection;
            this.attempt = attempt;
        }

        /** How far its client has come at most. */
        private int seen() {
            return Collections.max(places);
        }
    }

    Oracle(int ringMessages, boolean serversPerRoom, long windowNanos) {
        this.ringMessages = ringMessages;
        this.serversPerRoom = serversPerRoom;
        this.windowNanos = windowNanos;
    }

    // ---- what the server hears -------------------------------------------------------------------------------------

    /** The server begins another life: what it knew is gone. */
    void restart() {
        bySid.values().forEach(seat -> {
            seat.hasEnded = true;
            seat.connection = null;
        });
        bySid.clear();
        rooms.clear();
    }

    /** A hello reaches the server, the how manieth of its client. */
    Expected hello(ClientMessage.Hello hello, Object connection, long attempt) {
        ClientMessage.Resume resume = hello.resume();
        Seat seat = resume == null ? null : bySid.get(resume.sid());
        if (resume == null || seat == null || !opens(seat, resume.secret())) {
            return Expected.ANOTHER;
        }
        if (attempt <= seat.attempt) {
            return Expected.NOTHING;
        }
        long kept = Math.max(0, seat.told.size() - ringMessages);
        if (resume.got() < kept) {
            end(resume.sid(), seat, LeaveReason.TIMEOUT);
            return new Expected(null, kept - resume.got(), false);
        }
        if (seat.connection == null) {
            announceAll(seat, PeerEvent.BACK);
        }
        seat.connection = connection;
        seat.attempt = attempt;
        seat.previousSecret = resume.secret();
        return new Expected(seat, 0, false);
    }

    /** The secret of the latest welcome, and the one before as long as the latest was not shown to have arrived. */
    private static boolean opens(Seat seat, String secret) {
        return secret.equals(seat.secret) || secret.equals(seat.previousSecret);
    }

    /** Whether this ticket would open a session now. */
    boolean wouldOpen(ClientMessage.Resume ticket) {
        Seat seat = bySid.get(ticket.sid());
        boolean isLate = seat != null && ticket.attempt() > 0 && ticket.attempt() <= seat.attempt;
        return seat != null && !isLate && opens(seat, ticket.secret());
    }

    /** The server answers that hello. */
    Seat welcome(Expected expected, ServerMessage.Welcome welcome, Object connection, long attempt) {
        expected.check(welcome);
        Seat seat = expected.seat();
        if (seat == null) {
            seat = new Seat(welcome.peer(), welcome.resume(), connection, attempt);
            if (byPeer.put(welcome.peer(), seat) != null) {
                throw new Violation("two sessions have the peer id " + welcome.peer());
            }
            bySid.put(welcome.sid(), seat);
        } else if (!seat.peer.equals(welcome.peer()) || welcome.resume().equals(seat.secret)) {
            throw new Violation("a resumed session has another peer id, or the secret that it had");
        }
        seat.secret = welcome.resume();
        seat.serversReplacedUpTo = seat.told.size();
        return seat;
    }

    /** A message other than a hello reaches the server, on the connection of this session. */
    void message(Seat seat, ClientMessage message) {
        seat.previousSecret = null;
        if (message instanceof ClientMessage.Request request && seat.executed.put(request.id(), true) == null) {
            execute(seat, request);
        }
    }

    private void execute(Seat seat, ClientMessage.Request request) {
        if (request instanceof ClientMessage.Join join) {
            ledger.note(seat.peer, join.name(), join(seat, join), true);
        } else if (request instanceof ClientMessage.Leave leave) {
            leave(seat, leave);
        } else if (request instanceof ClientMessage.Sig sig) {
            String sdp = sig.description().sdp();
            Told told = new Told(Told.Kind.SIG, sig.room(), seat.peer, sdp);
            ledger.note(seat.peer, sdp, relay(seat, sig.room(), sig.to(), told), false);
        } else if (request instanceof ClientMessage.Ice ice) {
            String candidate = ice.candidates().get(0).candidate();
            Told told = new Told(Told.Kind.ICE, ice.room(), seat.peer, candidate);
            ledger.note(seat.peer, candidate, relay(seat, ice.room(), ice.to(), told), false);
        }
    }

    private int join(Seat seat, ClientMessage.Join join) {
        if (seat.rooms.putIfAbsent(join.room(), true) != null) {
            return ErrorCode.ALREADY_JOINED.number();
        }
        Map<Seat, Integer> members = rooms.computeIfAbsent(join.room(), name -> new LinkedHashMap<>());
        StringBuilder peers = new StringBuilder();
        for (Seat other : members.keySet()) {
            peers.append(other.peer).append("+ ");
            other.told.add(Told.peer(PeerEvent.JOIN, join.room(), seat.peer, false, null));
        }
        members.put(seat, joins++);
        tellServers(seat);
        seat.told.add(new Told(Told.Kind.JOINED, join.room(), seat.peer, peers.toString()));
        return 0;
    }

    private void leave(Seat seat, ClientMessage.Leave leave) {
        if (seat.rooms.containsKey(leave.room())) {
            remove(seat, leave.room(), LeaveReason.LEFT);
            tellServers(seat);
            seat.told.add(new Told(Told.Kind.LEFT, leave.room(), "", ""));
        }
    }

    private int relay(Seat seat, String room, String to, Told told) {
        if (!seat.rooms.containsKey(room)) {
            return ErrorCode.NOT_JOINED.number();
        }
        for (Seat other : members(room)) {
            if (other.peer.equals(to) && other != seat) {
                other.told.add(told);
                return 0;
            }
        }
        return ErrorCode.NO_SUCH_PEER.number();
    }

    private Iterable<Seat> members(String room) {
        return rooms.getOrDefault(room, Map.of()).keySet();
    }

    private void tellServers(Seat seat) {
        if (serversPerRoom) {
            seat.told.add(new Told(Told.Kind.SERVERS, "", "", latestRoom(seat)));
        }
    }

    private static String latestRoom(Seat seat) {
        String latest = "";
        for (String room : seat.rooms.keySet()) {
            latest = room;
        }
        return latest;
    }

    private void remove(Seat seat, String room, LeaveReason why) {
        announce(seat, room, PeerEvent.LEAVE, why);
        seat.rooms.remove(room);
        rooms.getOrDefault(room, new HashMap<>()).remove(seat);
    }

    private void announceAll(Seat seat, PeerEvent event) {
        seat.rooms.keySet().forEach(room -> announce(seat, room, event, null));
    }

    private void announce(Seat about, String room, PeerEvent event, @Nullable LeaveReason why) {
        Map<Seat, Integer> members = rooms.getOrDefault(room, Map.of());
        int order = members.getOrDefault(about, 0);
        members.forEach((to, joined) -> {
            if (to != about) {
                to.told.add(Told.peer(event, room, about.peer, joined > order, why));
            }
        });
    }

    private void end(String sid, Seat seat, LeaveReason why) {
        seat.hasEnded = true;
        seat.connection = null;
        bySid.remove(sid);
        for (String room : List.copyOf(seat.rooms.keySet())) {
            remove(seat, room, why);
        }
    }

    /** The connection of a session has ended at the server, by whoever's decision. */
    void closed(long nowNanos, Object connection, boolean onPurpose) {
        for (Map.Entry<String, Seat> one : List.copyOf(bySid.entrySet())) {
            Seat seat = one.getValue();
            if (seat.connection == connection && onPurpose) {
                end(one.getKey(), seat, LeaveReason.CLOSED);
            } else if (seat.connection == connection) {
                seat.connection = null;
                seat.lostNanos = nowNanos;
                // Lost later is forgotten later.
                bySid.remove(one.getKey());
                bySid.put(one.getKey(), seat);
                announceAll(seat, PeerEvent.LOST);
            }
        }
    }

    long nextTimeout() {
        long first = Long.MAX_VALUE;
        for (Seat seat : bySid.values()) {
            if (seat.connection == null) {
                first = Math.min(first, seat.lostNanos + windowNanos);
            }
        }
        return first;
    }

    /** Ends the sessions that are due: all of them, or that of one peer. */
    void onTimeout(long nowNanos, @Nullable String peer) {
        for (Map.Entry<String, Seat> one : List.copyOf(bySid.entrySet())) {
            Seat seat = one.getValue();
            boolean isDue = seat.connection == null && nowNanos - seat.lostNanos >= windowNanos;
            if (isDue && (peer == null || peer.equals(seat.peer))) {
                end(one.getKey(), seat, LeaveReason.TIMEOUT);
            }
        }
    }

    /** The carrier wants to leave out what has this number because something later that waits has overtaken it. */
    void wouldLeaveOut(Seat seat, long number) {
        int index = (int) number - 1;
        for (int later = index + 1; index >= 0 && later < seat.told.size(); later++) {
            if (seat.told.get(index).isOvertakenBy(seat.told.get(later))) {
                seat.mayBeLeftOut.set(index);
            }
        }
    }

    /** A carrier has left out something that something later had overtaken: from now on any of that may be missing. */
    void hasLeftOut() {
        hasLeftOut = true;
    }

    // ---- what a client is told -------------------------------------------------------------------------------------

    Seat seatOf(String peer) {
        Seat seat = byPeer.get(peer);
        if (seat == null) {
            throw new Violation("a client is told that it is " + peer + ", which no welcome said");
        }
        return seat;
    }

    /** Whether the server could still go on with this session, had it been asked as the client would ask. */
    boolean couldGoOn(Seat seat) {
        return !seat.hasEnded && seat.seen() >= seat.told.size() - ringMessages;
    }

    /**
     * A client is told something. Where presence was left out, one thing may be two of the list; every place where the client
     * may be is followed.
     */
    void seen(Seat seat, Told told) {
        Set<Integer> next = new TreeSet<>();
        for (int place : seat.places) {
            int at = place;
            while (at < seat.told.size() && mayBeMissing(seat, at)) {
                if (seat.told.get(at).equals(told)) {
                    next.add(at + 1);
                }
                at++;
            }
            if (at < seat.told.size() && seat.told.get(at).equals(told)) {
                next.add(at + 1);
            }
        }
        if (next.isEmpty()) {
            throw new Violation(seat.peer + " is told " + told + where(seat, told));
        }
        seat.places = next;
    }

    private String where(Seat seat, Told told) {
        Told missing = firstMissing(seat);
        boolean again = seat.told.subList(0, seat.seen()).contains(told);
        String why = again ? " a second time" : ", which never happened";
        return missing == null ? why : " and was never told " + missing;
    }

    private @Nullable Told firstMissing(Seat seat) {
        for (int at = seat.seen(); at < seat.told.size(); at++) {
            if (!mayBeMissing(seat, at)) {
                return seat.told.get(at);
            }
        }
        return null;
    }

    private boolean mayBeMissing(Seat seat, int at) {
        Told told = seat.told.get(at);
        return seat.mayBeLeftOut.get(at)
                || (told.kind() == Told.Kind.SERVERS && at < seat.serversReplacedUpTo)
                || (hasLeftOut
                        && seat.told.subList(at + 1, seat.told.size()).stream().anyMatch(told::isOvertakenBy));
    }

    /** Whether the session goes on, and all that had to be told was told. */
    boolean isComplete(Seat seat) {
        return !seat.hasEnded && firstMissing(seat) == null;
    }

    /** All that had to be told was told. */
    void checkComplete(Seat seat) {
        Told missing = firstMissing(seat);
        if (missing != null) {
            throw new Violation(seat.peer + " was never told " + missing);
        }
        if (seat.hasEnded) {
            throw new Violation(seat.peer + " believes in a session that the server has ended");
        }
    }

    /** The peers of each room that this session is in. */
    Map<String, List<String>> roomsOf(Seat seat) {
        Map<String, List<String>> all = new HashMap<>();
        for (String room : seat.rooms.keySet()) {
            List<String> peers = new ArrayList<>();
            members(room).forEach(member -> peers.add(member.peer));
            peers.remove(seat.peer);
            all.put(room, peers);
        }
        return all;
    }
}
