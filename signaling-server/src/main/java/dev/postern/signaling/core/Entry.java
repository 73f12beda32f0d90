package dev.postern.signaling.core;

import dev.postern.signaling.cluster.NodeMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A room whose home is another node, or not known yet, as the node of some of its sessions sees it. Owned by the hub. */
final class Entry {

    /** The shortest wait before a room that nobody had is asked for again. */
    static final long FIRST_WAIT_NANOS = 50_000_000;

    private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

    /** How far it is with the home. */
    enum State {
        /** Who the home is was asked, or soon is. */
        SEEKING,
        /** The home was told who is in the room; its answer is awaited. */
        ENTERING,
        /** What sessions ask goes to the home at once. */
        OPEN
    }

    /** What a session has asked and has no answer to. */
    record Outstanding(Session session, long id, NodeMessage.OfRoom message) {}

    /** What is to be done when nothing more comes for a session that leaves. */
    record Hold(Session session, WhenHeld whenHeld) {}

    /** Takes the end of a hold. */
    interface WhenHeld {

        /**
         * Nothing more comes.
         *
         * @param at where the home keeps it from now on; null if the session is not in the room, or the room is here now
         */
        void run(@Nullable Entry at);
    }

    private final String room;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Deque<Outstanding> outstanding = new ArrayDeque<>();
    private final Map<String, Hold> holds = new LinkedHashMap<>();
    private final KeptOut keptOut = new KeptOut();
    /** Rings when the home is to be asked for again. */
    final Alarms.Alarm again;

    private State state = State.SEEKING;
    private String home = "";
    private long number;
    private long waitNanos = FIRST_WAIT_NANOS;
    boolean isLocked;
    int capacity;
    /** Whether the backplane was asked since the home is sought; what it answers before is of an earlier time, and may be over. */
    boolean hasAsked;

    Entry(String room, Alarms.Action onAgain) {
        this.room = room;
        this.again = new Alarms.Alarm(onAgain);
    }

    String room() {
        return room;
    }

    State state() {
        return state;
    }

    /** The home, unless it is sought. */
    String home() {
        return home;
    }

    /** The home is sought. */
    void seek() {
        state = State.SEEKING;
        home = "";
        hasAsked = false;
    }

    /** This node enters there under a number that it never used before. */
    void enter(String node, long withNumber) {
        state = State.ENTERING;
        home = node;
        number = withNumber;
    }

    /** The number under which the node has entered, or tries to. */
    long number() {
        return number;
    }

    void open() {
        state = State.OPEN;
        waitNanos = FIRST_WAIT_NANOS;
    }

    /** Whether what this node says now counts. */
    boolean isOpenAt(String node) {
        return state == State.OPEN && home.equals(node);
    }

    /** Whether this answers the latest entering. */
    boolean isAnswered(String node, long withNumber) {
        return state != State.SEEKING && home.equals(node) && number == withNumber;
    }

    /** How long to wait this time; longer each time until it opens. */
    long takeWaitNanos() {
        long wait = waitNanos;
        waitNanos = Math.min(2 * waitNanos, LONGEST_WAIT_NANOS);
        return wait;
    }

    /** The sessions of this node that are in the room, by peer id. */
    Map<String, Session> sessions() {
        return sessions;
    }

    List<NodeMessage.Seat> seats() {
        return seatsOf(sessions.values());
    }

    List<NodeMessage.Seat> seatsOf(Collection<Session> some) {
        List<NodeMessage.Seat> seats = new ArrayList<>();
        for (Session session : some) {
            Seating seating = session.rooms().get(room);
            if (seating != null) {
                seats.add(seating.seatOf(session));
            }
        }
        return seats;
    }

    /** Who may not come in, as far as the home has told. */
    KeptOut keptOut() {
        return keptOut;
    }

    void add(Outstanding one) {
        outstanding.addLast(one);
    }

    /** What has no answer, in the order in which it was asked. */
    Collection<Outstanding> outstanding() {
        return outstanding;
    }

    /** Takes out what this answers; null if nothing is waiting for it. */
    @Nullable
    Outstanding take(String peer, long id) {
        for (Iterator<Outstanding> all = outstanding.iterator(); all.hasNext(); ) {
            Outstanding one = all.next();
            if (one.id() == id && one.session().peerId().equals(peer)) {
                all.remove();
                return one;
            }
        }
        return null;
    }

    /** Takes out everything. */
    List<Outstanding> takeAll() {
        List<Outstanding> all = List.copyOf(outstanding);
        outstanding.clear();
        return all;
    }

    void forget(Session session) {
        outstanding.removeIf(one -> one.session() == session);
        holds.remove(session.peerId());
    }

    /** Nothing more comes for a session that leaves; does nothing where that is not awaited. */
    void endHold(String peer, @Nullable Entry at) {
        Hold hold = holds.remove(peer);
        if (hold != null) {
            hold.whenHeld().run(at);
        }
    }

    Map<String, Hold> holds() {
        return holds;
    }

    boolean isIdle() {
        return sessions.isEmpty() && outstanding.isEmpty();
    }
}
