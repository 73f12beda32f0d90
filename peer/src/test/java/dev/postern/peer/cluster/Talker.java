package dev.postern.peer.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.peer.SignalingClient;
import dev.postern.peer.SignalingClientConfig;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.signaling.protocol.Description;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.LeaveReason;
import dev.postern.signaling.protocol.Meta;
import dev.postern.signaling.protocol.Peer;
import dev.postern.signaling.protocol.PeerEvent;
import dev.postern.signaling.protocol.SdpType;
import dev.postern.signaling.protocol.ServerMessage;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client in one room that numbers what it sends to the other one there, and keeps what it hears. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails shows in what is heard
final class Talker implements SignalingListener, AutoCloseable {

    private static final int MAX_UNANSWERED = 40;

    final List<Integer> heard = new CopyOnWriteArrayList<>();
    final List<ServerMessage.PeerChange> changes = new CopyOnWriteArrayList<>();
    final AtomicInteger resumed = new AtomicInteger();
    final AtomicInteger sessionsLost = new AtomicInteger();
    /** Numbers that the server said to have delivered. */
    final Set<Integer> done = ConcurrentHashMap.newKeySet();

    final List<SignalingOutcome> failed = new CopyOnWriteArrayList<>();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Set<String> present = ConcurrentHashMap.newKeySet();
    private final SignalingClient client;
    private final String room;
    private volatile String self = "";
    private int sent;

    Talker(URI socket, String room) {
        this.room = room;
        this.client = SignalingClient.start(
                SignalingClientConfig.of(socket)
                        .withRequestTimeout(Duration.ofSeconds(30))
                        .withPatience(Duration.ofMillis(20), Duration.ofMillis(200), Duration.ofSeconds(5)),
                this);
    }

    SignalingOutcome join() throws Exception {
        return client.join(room, null, Meta.EMPTY).get(20, TimeUnit.SECONDS);
    }

    Talker in() throws Exception {
        assertThat(join()).isInstanceOf(SignalingOutcome.Done.class);
        return this;
    }

    String self() {
        return self;
    }

    /** Who else is in the room, as far as this one was told. */
    Set<String> present() {
        return Set.copyOf(present);
    }

    void awaitOther(Talker other) {
        Stage.await("one hears of the other", () -> present.contains(other.self));
    }

    void drop() {
        client.dropConnection();
    }

    int sent() {
        return sent;
    }

    int unanswered() {
        return unanswered.get();
    }

    /** Sends the next number, unless much is unanswered. */
    void send(Talker to) {
        if (unanswered.get() < MAX_UNANSWERED) {
            int number = sent++;
            unanswered.incrementAndGet();
            CompletableFuture<SignalingOutcome> outcome =
                    client.sendSig(to.self, room, 1, 1, new Description(SdpType.OFFER, "" + number));
            outcome.thenAccept(what -> {
                if (what instanceof SignalingOutcome.Done) {
                    done.add(number);
                } else {
                    failed.add(what);
                }
                unanswered.decrementAndGet();
            });
        }
    }

    /** What the other one sent: of what was said to be delivered everything came, nothing twice, all in order. */
    void assertHeardAllOf(Talker other) {
        List<Integer> all = new ArrayList<>(heard);
        assertThat(all).isSorted();
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
        assertThat(all).containsAll(other.done);
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        self = welcomed.peer();
        if (welcomed.resumed()) {
            resumed.incrementAndGet();
        }
        if (welcomed.sessionLost()) {
            sessionsLost.incrementAndGet();
            present.clear();
        }
    }

    @Override
    public void onJoined(Joined joined, boolean again) {
        joined.peers().stream().map(Peer::id).forEach(present::add);
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        changes.add(change);
        if (change.event() == PeerEvent.JOIN) {
            present.add(change.peer().id());
        } else if (change.event() == PeerEvent.LEAVE) {
            present.remove(change.peer().id());
        }
    }

    /** Why others left, as far as this one was told. */
    List<LeaveReason> leaves() {
        List<LeaveReason> reasons = new ArrayList<>();
        for (ServerMessage.PeerChange change : changes) {
            LeaveReason why = change.why();
            if (why != null) {
                reasons.add(why);
            }
        }
        return reasons;
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        heard.add(Integer.valueOf(sig.description().sdp()));
    }

    @Override
    public void close() {
        client.close();
    }
}
