package dev.postern.e2e;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClient;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One of two peers of a room, who sends the other numbered messages, and keeps what became of each and which of the other's have come. Its
 * methods are for any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a message is counted
final class NumberedPeer implements SignalingListener, AutoCloseable {

    /** How many messages may wait for their answer; with more there would be no pause in what is sent. */
    private static final int MAX_UNANSWERED = 32;

    private final String room;
    private final SignalingClient client;
    private final Map<Integer, SignalingOutcome> outcomes = new TreeMap<>();
    /** The ids under which the other was known when each message was sent. */
    private final Map<Integer, String> receivers = new HashMap<>();

    private final List<Integer> arrived = new ArrayList<>();
    private final Map<Integer, Long> arrivedNanos = new HashMap<>();
    private final List<String> ownIds = new ArrayList<>();
    private int sent;
    /** Who else is in the room, in the order in which this one was told; the other's last session may stay for a while when its node died. */
    private final Set<String> others = new LinkedHashSet<>();

    private boolean isOpen;
    private boolean isIn;

    NumberedPeer(URI socket, String room) {
        this.room = room;
        SignalingClientConfig config = SignalingClientConfig.of(socket)
                .withPatience(Duration.ofMillis(100), Duration.ofMillis(1000), Duration.ofSeconds(8))
                .withRequestTimeout(Duration.ofSeconds(30));
        this.client = SignalingClient.start(config, this);
        var unused = client.join(room, null, Meta.EMPTY);
    }

    /** Sends the next message if the other is known and not too much waits. */
    void sendNext() {
        String to;
        int number;
        synchronized (this) {
            to = latest();
            if (to == null || !isIn || sent - outcomes.size() >= MAX_UNANSWERED) {
                return;
            }
            number = ++sent;
            receivers.put(number, to);
        }
        client.sendSig(to, room, number, 0, new Description(SdpType.OFFER, "v=0 " + number))
                .thenAccept(outcome -> keep(number, outcome));
    }

    private synchronized void keep(int number, SignalingOutcome outcome) {
        outcomes.put(number, outcome);
    }

    @Override
    public synchronized void onState(SignalingState state, SignalingCause cause, long retryInMillis) {
        isOpen = state == SignalingState.OPEN;
    }

    @Override
    public synchronized void onWelcome(Welcomed welcomed) {
        if (!welcomed.resumed()) {
            ownIds.add(welcomed.peer());
            isIn = false;
            others.clear();
        }
    }

    @Override
    public synchronized void onJoined(Joined joined, boolean again) {
        isIn = true;
        joined.peers().stream().map(Peer::id).forEach(others::add);
    }

    @Override
    public synchronized void onPeer(ServerMessage.PeerChange change) {
        String id = change.peer().id();
        if (change.event() == PeerEvent.JOIN) {
            others.add(id);
        } else if (change.event() == PeerEvent.LEAVE) {
            others.remove(id);
        }
    }

    @Override
    public synchronized void onSig(ServerMessage.Sig sig) {
        int number = (int) sig.neg();
        arrived.add(number);
        arrivedNanos.put(number, System.nanoTime());
    }

    private @Nullable String latest() {
        String latest = null;
        for (String one : others) {
            latest = one;
        }
        return latest;
    }

    /** Whether it is connected, in its room, and knows this one as the only other there. */
    synchronized boolean isWith(NumberedPeer partner) {
        String id = partner.id();
        return isOpen && isIn && id != null && others.equals(Set.of(id));
    }

    synchronized @Nullable String id() {
        return ownIds.isEmpty() ? null : ownIds.get(ownIds.size() - 1);
    }

    synchronized int unanswered() {
        return sent - outcomes.size();
    }

    synchronized int sent() {
        return sent;
    }

    synchronized Map<Integer, SignalingOutcome> outcomes() {
        return new TreeMap<>(outcomes);
    }

    synchronized List<Integer> arrived() {
        return List.copyOf(arrived);
    }

    synchronized long arrivedBetween(long fromNanos, long toNanos) {
        return arrivedNanos.values().stream()
                .filter(at -> at - fromNanos >= 0 && at - toNanos < 0)
                .count();
    }

    /** Whether a message of this number was sent to a session of that peer which that peer has been told is lost. */
    synchronized boolean wasSentToALostSessionOf(NumberedPeer partner, int number) {
        return !String.valueOf(receivers.get(number)).equals(partner.id());
    }

    long counted(SignalingClientCounter counter) {
        return client.counters().getOrDefault(counter, 0L);
    }

    @Override
    public synchronized String toString() {
        return room + "/" + id() + (isOpen ? " open" : " not open") + (isIn ? " in" : " out") + " others " + others
                + ", " + unanswered() + " unanswered";
    }

    @Override
    public void close() {
        client.close();
    }
}
