package dev.postern.signaling.core;

import dev.postern.signaling.Grant;
import dev.postern.signaling.SignalingEvent;
import dev.postern.signaling.protocol.ClientMessage;
import dev.postern.signaling.protocol.LeaveReason;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's seat with the server: its ids, its rooms, the answers it was given and the messages it has not
 * acknowledged. It outlives its connection by the resume window. Owned by the hub.
 */
final class Session implements Guest {

    /** Of how many rooms that it has left it is remembered what reached it there. */
    static final int MAX_LEFT = 4;

    /** What is valid for longer does not end while a server runs. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final String sid;
    private final String peerId;
    private final Ring ring;
    private final Answers answers = new Answers();
    private final Map<String, Seating> rooms = new LinkedHashMap<>();
    /** Of rooms that it has left, by name, the latest request of each peer that reached it there; null before there is one. */
    private @Nullable Map<String, Map<String, Long>> left;
    /** Requests that have no answer yet, since it comes from another node. */
    private final Set<Long> awaited = new HashSet<>();
    /** Rooms that it asked to join, whose answers are awaited. */
    private final Set<String> joining = new HashSet<>();
    /** Of those, the ones that it asked to leave behind that. */
    private final Map<String, ClientMessage.Leave> leaves = new LinkedHashMap<>();
    /** Rings when new ICE servers are due while connected, and when the resume window ends while lost. */
    final Alarms.Alarm alarm;
    /** Rings when the grant ends soon, and when it has ended; set only while connected. */
    final Alarms.Alarm expiry;

    private Grant grant;
    /** When the grant ends; meaningless where it does not. */
    private long endNanos;

    private String secret;
    /** The secret before the latest welcome, good until the client shows that it knows the new one. */
    private @Nullable String previousSecret;

    @Nullable
    Connection connection;

    /** The order of the latest connection. */
    private long latestOrder = -1;
    /** The highest number of an attempt to resume it, as its client counts them. */
    private long latestAttempt = ClientMessage.Resume.UNCOUNTED;

    private boolean isLost;
    /** How it leaves this node; null while it stays. */
    private SessionMoves.@Nullable Leaving leaving;
    /** When its resume window ends, while it is lost. */
    private long windowEndNanos;

    private boolean hasCome;

    Session(
            String sid,
            String peerId,
            String secret,
            Ring ring,
            Grant grant,
            Alarms.Action onAlarm,
            Alarms.Action onExpiry) {
        this.sid = sid;
        this.peerId = peerId;
        this.secret = secret;
        this.ring = ring;
        this.grant = grant;
        this.alarm = new Alarms.Alarm(onAlarm);
        this.expiry = new Alarms.Alarm(onExpiry);
    }

    /** What the client may do. */
    Grant grant() {
        return grant;
    }

    /** Goes on with a grant that was given now. */
    void take(long nowNanos, Grant given) {
        Duration validFor = given.validFor();
        grant = given;
        if (validFor != null) {
            endNanos = nowNanos + (validFor.compareTo(LONGEST) > 0 ? LONGEST : validFor).toNanos();
        }
    }

    /** Whether the grant ends. */
    boolean hasEnd() {
        return grant.validFor() != null;
    }

    /** When it ends, where it does. */
    long endNanos() {
        return endNanos;
    }

    /** How long the grant is still valid, 0 at least; null where it does not end. */
    @Nullable
    Duration validFor(long nowNanos) {
        return hasEnd() ? Duration.ofNanos(Math.max(0, endNanos - nowNanos)) : null;
    }

    String sid() {
        return sid;
    }

    @Override
    public String peerId() {
        return peerId;
    }

    @Override
    public String subject() {
        return grant.subject();
    }

    @Override
    public boolean isLost() {
        return isLost;
    }

    /** What happened to it. */
    SignalingEvent event(SignalingEvent.Kind kind, @Nullable LeaveReason why) {
        return event(kind, "", why);
    }

    /** What happened to it in a room. */
    SignalingEvent event(SignalingEvent.Kind kind, String room, @Nullable LeaveReason why) {
        return new SignalingEvent(kind, peerId, subject(), room, why);
    }

    /** Others are told that it has no connection; it waits for its client until then. */
    void lose(long untilNanos) {
        isLost = true;
        windowEndNanos = untilNanos;
    }

    /** When its resume window ends, while it is lost. */
    long windowEndNanos() {
        return windowEndNanos;
    }

    Ring ring() {
        return ring;
    }

    Answers answers() {
        return answers;
    }

    /** The secret that the next welcome tells. */
    String latestSecret() {
        return secret;
    }

    /** The rooms it is in, by name. */
    Map<String, Seating> rooms() {
        return rooms;
    }

    /** It is in a room from now on. What reached it there before does not reach it again, though whoever asked may ask again. */
    void seat(Seating seating) {
        Map<String, Long> before = left == null ? null : left.remove(seating.room());
        if (before != null) {
            before.forEach(seating.delivered()::putIfAbsent);
        }
        rooms.put(seating.room(), seating);
    }

    /** It is out of a room from now on; null if it was not in it. */
    @Nullable
    Seating unseat(String room) {
        Seating seating = rooms.remove(room);
        if (seating != null && !seating.delivered().isEmpty()) {
            remember(seating);
        }
        return seating;
    }

    private void remember(Seating seating) {
        Map<String, Map<String, Long>> all = left == null ? new LinkedHashMap<>() : left;
        all.put(seating.room(), seating.delivered());
        if (all.size() > MAX_LEFT) {
            all.remove(all.keySet().iterator().next());
        }
        left = all;
    }

    /** Requests whose answers are still to come. */
    Set<Long> awaited() {
        return awaited;
    }

    /** Rooms that it will be in if an answer that is still to come is good. */
    Set<String> joining() {
        return joining;
    }

    /** By room, what is to be done when the answer to its join has come. */
    Map<String, ClientMessage.Leave> leaves() {
        return leaves;
    }

    /** The name of the room that it joined last of those it is in; null if it is in none. */
    @Nullable
    String latestRoom() {
        String latest = null;
        for (String room : rooms.keySet()) {
            latest = room;
        }
        return latest;
    }

    /**
     * Whether the text is the secret of the latest welcome, or of the one before if that welcome may not have arrived. A client
     * that did not get it opens another connection and asks again; the secret before in what is no later attempt is a hello that
     * was under way for long, of a connection that its client has given up.
     *
     * @param connectionOrder which attempt is the later one where the client does not count
     */
    boolean opensWith(String text, long attempt, long connectionOrder) {
        boolean isLater =
                attempt == ClientMessage.Resume.UNCOUNTED ? connectionOrder > latestOrder : attempt > latestAttempt;
        return Tokens.same(secret, text) || (isLater && isPrevious(text));
    }

    /** Whether this secret comes with an attempt that a later one of the same client has overtaken. */
    boolean hasOvertaken(String text, long attempt) {
        return attempt != ClientMessage.Resume.UNCOUNTED
                && attempt <= latestAttempt
                && (Tokens.same(secret, text) || isPrevious(text));
    }

    private boolean isPrevious(String text) {
        String previous = previousSecret;
        return previous != null && Tokens.same(previous, text);
    }

    /** The highest number of an attempt to resume it; {@link ClientMessage.Resume#UNCOUNTED} where there was none. */
    long latestAttempt() {
        return latestAttempt;
    }

    /** This attempt counts: those before it come too late from now on. */
    void count(long attempt) {
        latestAttempt = Math.max(latestAttempt, attempt);
    }

    /** Goes on over this connection. */
    void attach(Connection to) {
        connection = to;
        isLost = false;
        latestOrder = to.order();
    }

    /** Takes a new secret and keeps the one that was just used until {@link #forgetPreviousSecret}. */
    void renewSecret(String used, String next) {
        previousSecret = used;
        secret = next;
    }

    /** The secret before the latest, where that may not have arrived; null where it has. */
    @Nullable
    String previousSecret() {
        return previousSecret;
    }

    /** Whether it goes to another node, so that nothing else can be done with it. */
    boolean isMoving() {
        return leaving != null;
    }

    /** Whether it came from another node, so that its epoch may be another. */
    boolean hasCome() {
        return hasCome;
    }

    void come() {
        hasCome = true;
    }

    /** How it leaves this node; null while it stays. */
    SessionMoves.@Nullable Leaving leaving() {
        return leaving;
    }

    void leave(SessionMoves.Leaving how) {
        leaving = how;
    }

    /** The client has the latest secret: the one before is spent. */
    void forgetPreviousSecret() {
        previousSecret = null;
    }
}
