package dev.postern.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener that keeps what it hears, for a test to wait for. */
final class Heard implements SignalingListener {

    private static final long PATIENCE_SECONDS = 20;

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final List<Object> passedOver = new ArrayList<>();

    /** A state, and why. */
    record State(SignalingState state, SignalingCause cause) {}

    /** The token ends soon. */
    record Expiring(long inMillis) {}

    /** What became of a newer one. */
    record Renewed(SignalingOutcome outcome) {}

    @Override
    public void onState(SignalingState state, SignalingCause cause, long retryInMillis) {
        events.add(new State(state, cause));
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        events.add(welcomed);
    }

    @Override
    public void onJoined(Joined joined, boolean again) {
        events.add(joined);
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        events.add(change);
    }

    @Override
    public void onRoom(ServerMessage.RoomChange change) {
        events.add(change);
    }

    @Override
    public void onExpiring(long inMillis) {
        events.add(new Expiring(inMillis));
    }

    @Override
    public void onRenewed(SignalingOutcome outcome) {
        events.add(new Renewed(outcome));
    }

    @Override
    public void onBye(ServerMessage.Bye bye) {
        events.add(bye);
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        events.add(sig);
    }

    /** The next event of this type; others are passed over. */
    <E> E next(Class<E> type) throws InterruptedException {
        while (true) {
            Object event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(event)
                    .as("a %s after %s", type.getSimpleName(), passedOver)
                    .isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
            passedOver.add(event);
        }
    }

    /** Waits until the client is in this state, and answers why. */
    SignalingCause until(SignalingState state) throws InterruptedException {
        while (true) {
            State next = next(State.class);
            if (next.state() == state) {
                return next.cause();
            }
        }
    }
}
