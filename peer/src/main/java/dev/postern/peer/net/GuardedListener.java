package dev.postern.peer.net;

import dev.postern.peer.SignalingCause;
import dev.postern.peer.SignalingClientCounter;
import dev.postern.peer.SignalingListener;
import dev.postern.peer.SignalingOutcome;
import dev.postern.peer.SignalingState;
import dev.postern.signaling.protocol.IceServers;
import dev.postern.signaling.protocol.Joined;
import dev.postern.signaling.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what a program's listener throws from the engine: it is counted and logged, and the session goes on. */
final class GuardedListener implements SignalingListener {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

    private final SignalingListener listener;
    private final ClientCounters counters;

    GuardedListener(SignalingListener listener, ClientCounters counters) {
        this.listener = listener;
        this.counters = counters;
    }

    private void guard(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            counters.count(SignalingClientCounter.LISTENER_FAULTS);
            LOG.atError().setCause(e).log("a signaling listener threw");
        }
    }

    @Override
    public void onState(SignalingState state, SignalingCause cause, long retryInMillis) {
        guard(() -> listener.onState(state, cause, retryInMillis));
    }

    @Override
    public void onWelcome(Welcomed welcomed) {
        guard(() -> listener.onWelcome(welcomed));
    }

    @Override
    public void onJoined(Joined joined, boolean again) {
        guard(() -> listener.onJoined(joined, again));
    }

    @Override
    public void onLeft(String room) {
        guard(() -> listener.onLeft(room));
    }

    @Override
    public void onRoomLost(String room, SignalingOutcome why) {
        guard(() -> listener.onRoomLost(room, why));
    }

    @Override
    public void onPeer(ServerMessage.PeerChange change) {
        guard(() -> listener.onPeer(change));
    }

    @Override
    public void onRoom(ServerMessage.RoomChange change) {
        guard(() -> listener.onRoom(change));
    }

    @Override
    public void onExpiring(long inMillis) {
        guard(() -> listener.onExpiring(inMillis));
    }

    @Override
    public void onRenewed(SignalingOutcome outcome) {
        guard(() -> listener.onRenewed(outcome));
    }

    @Override
    public void onBye(ServerMessage.Bye bye) {
        guard(() -> listener.onBye(bye));
    }

    @Override
    public void onSig(ServerMessage.Sig sig) {
        guard(() -> listener.onSig(sig));
    }

    @Override
    public void onIce(ServerMessage.Ice ice) {
        guard(() -> listener.onIce(ice));
    }

    @Override
    public void onIceServers(IceServers ice) {
        guard(() -> listener.onIceServers(ice));
    }

    @Override
    public void onError(ServerMessage.Err error) {
        guard(() -> listener.onError(error));
    }
}
